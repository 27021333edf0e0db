/** What Kubernetes refuses to change on a StatefulSet that runs, found before `helm upgrade` fails on it. Pure. */
import { isMap, sameData, type Values } from '../chart/values.ts';
import { readManifests } from '../check/manifests.ts';
import type { Effect } from './effects.ts';

/** All that the API server lets be changed; everything else in the spec is fixed when the object is made. */
const MUTABLE = new Set([
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy'],
  ...['minReadySeconds', 'revisionHistoryLimit'],
]);

/** Where in the values of the official chart each of them comes from. */
const FROM_VALUES: Readonly<Record<string, string>> = {
  podManagementPolicy: 'server.podManagementPolicy',
  volumeClaimTemplates: 'server.dataStorage',
  serviceName: 'fullnameOverride',
  selector: 'nameOverride',
};

export interface Refusal {
  /** The path in the values that decides it. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export interface StatefulSetsCompared {
  readonly refusals: readonly Refusal[];
  readonly effects: readonly Effect[];
}

type Sets = ReadonlyMap<string, Values>;

function statefulSetsIn(manifest: string): Sets {
  return new Map(
    readManifests(manifest).flatMap(({ kind, metadata, spec }) =>
      kind === 'StatefulSet' && isMap(spec) ? [[metadata.name, spec] as const] : [],
    ),
  );
}

function words(value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'string' ? value : 'another one';
}

function refusal(name: string, namespace: string, field: string, old: unknown, now: unknown): Refusal {
  const what =
    typeof old === 'string' || typeof now === 'string'
      ? `${field} ${words(old)}, and would get ${words(now)}`
      : `another ${field}`;
  const claims = field === 'volumeClaimTemplates' ? ' Claims that are there keep their size and class.' : '';
  return {
    path: FROM_VALUES[field] ?? 'server',
    message: `the StatefulSet ${name} runs with ${what}: Kubernetes refuses to change that, and helm upgrade would fail`,
    hint: `Put it back; or, where it is meant, before helm upgrade: kubectl delete statefulset ${name} -n ${namespace} --cascade=orphan. Pods and claims stay, and the new StatefulSet takes them over if their labels are the same.${claims}`,
  };
}

/** `live` and `rendered` are what Helm prints: the release's manifest, and that of the chart with the new values. */
export function compareStatefulSets(live: string, rendered: string, namespace: string): StatefulSetsCompared {
  const [before, after] = [statefulSetsIn(live), statefulSetsIn(rendered)];
  const refusals: Refusal[] = [];
  const effects: Effect[] = [];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined) {
      const others = [...after.keys()].filter((other) => !before.has(other)).join(', ');
      effects.push({
        level: 'warning',
        text: `helm upgrade deletes the StatefulSet ${name}${others === '' ? '' : ` and makes ${others}, with claims of its own: empty disks`}; the claims of ${name} stay.`,
      });
      continue;
    }
    for (const field of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
      if (MUTABLE.has(field) || sameData(old[field], now[field])) continue;
      refusals.push(refusal(name, namespace, field, old[field], now[field]));
    }
  }
  return { refusals, effects };
}
