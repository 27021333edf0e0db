/** As whom the server's container runs, and with which rights, as the chart makes it of the user's values. */
import { isMap, isSet, mapAt, printed, type Values, valueAt } from './values.ts';

export interface ServerRights {
  /** Of the container; undefined where the chart sets none. */
  readonly securityContext: Values | undefined;
  /** Whether the server is root. Unknown is no. */
  readonly isRoot: boolean;
  /** Whether the pod's volumes belong to a group of its containers. Unknown is yes. */
  readonly hasFsGroup: boolean;
}

const CONTAINER = 'server.statefulSet.securityContext.container';
const POD = 'server.statefulSet.securityContext.pod';

function containerContext(values: Values): Values | undefined {
  if (isSet(values, CONTAINER)) return mapAt(values, CONTAINER);
  return isSet(values, 'global.openshift') ? undefined : { allowPrivilegeEscalation: false };
}

/** The user of the pod's containers, where the values say it. */
function podUser(values: Values): string {
  const pod = valueAt(values, POD);
  if (isMap(pod) && Object.keys(pod).length > 0) return printed(pod.runAsUser);
  // Text is a template; its user is found where it is written as it is.
  if (typeof pod === 'string' && pod !== '') return /\brunAsUser\s*:\s*["']?(\d+)\b/.exec(pod)?.[1] ?? '';
  // The chart takes 0 for "not set".
  return isSet(values, 'server.uid') ? printed(valueAt(values, 'server.uid')) : '';
}

export function serverRights(values: Values): ServerRights {
  const securityContext = containerContext(values);
  const user = printed(securityContext?.runAsUser) || podUser(values);
  const pod = valueAt(values, POD);
  const hasFsGroup = !isMap(pod) || Object.keys(pod).length === 0 || pod.fsGroup !== undefined;
  return { securityContext, isRoot: user === '0', hasFsGroup };
}

/** What of the server's context makes its files readable: our first container needs the same. */
const OWNERSHIP = ['runAsUser', 'runAsGroup', 'seLinuxOptions'] as const;

/**
 * The context of the first init container: all that Pod Security `restricted` asks for, as the user who owns the data.
 * Where the server is root, its data is root's, and so that one rule cannot be kept.
 */
export function restrictedContext({ securityContext, isRoot }: ServerRights): Values {
  const same = OWNERSHIP.filter((key) => securityContext?.[key] !== undefined);
  return {
    ...Object.fromEntries(same.map((key) => [key, securityContext?.[key]])),
    ...(isRoot ? {} : { runAsNonRoot: true }),
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}
