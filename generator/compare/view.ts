/** What matters in the values of both charts to somebody who changes them, out of values that may be of another version. */
import { CONFIG_VARIABLE } from '../../contract/pod.ts';
import { isMap, listAt, printed, textAt, type Values, valueAt } from '../chart/values.ts';

/** The values that are in force for the two charts; undefined where the chart is not installed, or never rendered. */
export interface DeployedValues {
  readonly vault: Values | undefined;
  readonly lifeboat: Values | undefined;
}

export interface View {
  readonly store: string | undefined;
  readonly schedule: string | undefined;
  readonly suspended: boolean;
  readonly keepLast: number | undefined;
  readonly image: string | undefined;
  /** What the server pods are told; undefined where no restore is set up. */
  readonly restore: Values | undefined;
}

/** `s3 payments/eu/payments-vault at https://s3.example` */
function storeWords(slice: Values): string | undefined {
  if (!isMap(slice.store)) return undefined;
  const [[kind, store] = ['', undefined]] = Object.entries(slice.store);
  if (!isMap(store)) return undefined;
  const parts = ['account', 'container', 'bucket', 'path', 'prefix'].map((key) => printed(store[key]));
  const folder = [...parts, printed(slice.name)].filter((part) => part !== '').join('/');
  const endpoint = textAt(store, 'endpoint');
  return `${kind} ${folder}${endpoint === '' ? '' : ` at ${endpoint}`}`;
}

/** The restore slice: JSON in a variable of our first init container. */
function restoreSliceIn(vault: Values | undefined): Values | undefined {
  const container = listAt(vault ?? {}, 'server.extraInitContainers')
    .filter(isMap)
    .find(({ name }) => name === 'lifeboat-init');
  const variable = listAt(container ?? {}, 'env')
    .filter(isMap)
    .find(({ name }) => name === CONFIG_VARIABLE);
  try {
    const slice: unknown = JSON.parse(printed(variable?.value));
    return isMap(slice) ? slice : undefined;
  } catch {
    return undefined;
  }
}

function imageOf(lifeboat: Values): string {
  const { repository, tag, digest } = (isMap(lifeboat.image) ? lifeboat.image : {}) as Values;
  return `${printed(repository)}${tag === undefined ? '' : `:${printed(tag)}`}${digest === undefined ? '' : `@${printed(digest)}`}`;
}

export function viewOf({ vault, lifeboat }: DeployedValues): View {
  const slice = valueAt(lifeboat ?? {}, 'config');
  const keepLast = valueAt(lifeboat ?? {}, 'config.retention.keepLast');
  const restore = restoreSliceIn(vault);
  const store = storeWords(isMap(slice) ? slice : (restore ?? {}));
  return {
    store,
    schedule:
      lifeboat === undefined
        ? undefined
        : `${textAt(lifeboat, 'backup.schedule')} (${textAt(lifeboat, 'backup.timeZone')})`,
    suspended: valueAt(lifeboat ?? {}, 'backup.suspend') === true,
    keepLast: typeof keepLast === 'number' ? keepLast : undefined,
    image: lifeboat === undefined ? undefined : imageOf(lifeboat),
    restore,
  };
}
