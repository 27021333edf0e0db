/** What the user's own values of the official chart say about the release: product, and an overlay of ours in them. */
import { OFFICIAL_CHARTS, type OfficialChart, type Product } from '../chart/official-charts.ts';
import { isMap, listAt, mergeValues, printed, type Values, valueAt } from '../chart/values.ts';

/** Values of OpenBao's chart name OpenBao somewhere: its image, its paths or its variables. */
export function productOf(values: Values): Product {
  return /openbao|"BAO_|externalBaoAddr/.test(JSON.stringify(values)) ? 'openbao' : 'vault';
}

/** The newest chart that is built in. */
export function newestChart(product: Product): OfficialChart {
  const chart = OFFICIAL_CHARTS.findLast((one) => one.product === product);
  if (chart === undefined) throw new Error(`no chart of ${product} is built in`);
  return chart;
}

const LISTS = ['extraInitContainers', 'volumes', 'volumeMounts'];

function isOurs(entry: unknown): boolean {
  return isMap(entry) && printed(entry.name).startsWith('lifeboat-');
}

export interface OwnValues {
  readonly values: Values;
  /** Whether a vault-values.yaml of ours was among them. */
  readonly hadOverlay: boolean;
}

/** A release that lifeboat is installed for: what the user supplied without vault-values.yaml. */
export function withoutOverlay(live: Values): OwnValues {
  const server: Record<string, unknown> = {};
  for (const name of LISTS) {
    const list = listAt(live, `server.${name}`);
    const theirs = list.filter((entry) => !isOurs(entry));
    if (theirs.length < list.length) server[name] = theirs.length === 0 ? null : theirs;
  }
  const hook = listAt(live, 'server.postStart');
  const ours = hook.indexOf('lifeboat-post-start');
  if (ours >= 0) server.postStart = ours + 1 === hook.length ? null : hook.slice(ours + 1);
  const hadOverlay = Object.keys(server).length > 0;
  return { values: hadOverlay ? mergeValues(live, { server }) : live, hadOverlay };
}

/** The namespace that the values themselves name. */
export function namespaceOf(values: Values): string | undefined {
  const namespace = valueAt(values, 'global.namespace');
  return typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
}
