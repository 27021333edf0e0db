/**
 * Did every entry of our lists arrive in the live StatefulSet? Helm replaces lists, so that a values file or `--set` that
 * comes after vault-values.yaml takes ours away in silence, and a reinstall would then start an empty Vault.
 */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import { isMap, listAt, type Values } from '../../chart/values.ts';
import { serverIn } from '../../check/manifests.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts, LiveStatefulSet } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { setOf } from './release.ts';

type Entry = Readonly<Record<string, unknown>>;

/** What makes an entry the same one. */
const named = (entry: Entry): string => String(entry.name);
const mounted = (entry: Entry): string => `${String(entry.name)} at ${String(entry.mountPath)}`;

/** The mark of our hook among its arguments (contract/pod.ts). */
const HOOK = 'lifeboat-post-start';

export interface ListSeen {
  /** Where in the values it stands. */
  readonly path: string;
  readonly wanted: readonly string[];
  readonly missing: readonly string[];
}

function listSeen(
  path: string,
  overlay: Values,
  found: readonly unknown[],
  id: (entry: Entry) => string,
): ListSeen {
  const there = new Set(found.filter(isMap).map(id));
  // A name that is a template of the user's is known to Helm alone.
  const wanted = listAt(overlay, path)
    .filter(isMap)
    .map(id)
    .filter((one) => !one.includes('{{'));
  return { path, wanted, missing: wanted.filter((one) => !there.has(one)) };
}

export function listsSeen(overlay: Values, set: LiveStatefulSet, product: string): readonly ListSeen[] {
  const pod = set.spec.template.spec;
  const server = serverIn(set, product);
  const hook = server?.lifecycle?.postStart?.exec?.command ?? [];
  const wantsHook = listAt(overlay, 'server.postStart').includes(HOOK);
  return [
    listSeen('server.extraInitContainers', overlay, pod.initContainers ?? [], named),
    listSeen('server.volumes', overlay, pod.volumes ?? [], named),
    listSeen('server.volumeMounts', overlay, server?.volumeMounts ?? [], mounted),
    {
      path: 'server.postStart',
      wanted: wantsHook ? [HOOK] : [],
      missing: wantsHook && !hook.includes(HOOK) ? [HOOK] : [],
    },
  ].filter(({ wanted }) => wanted.length > 0);
}

export function valuesAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { plan, overlay, commands } = expected;
  const check = 'values';
  return withSeen(live.set, { check, ...setOf(expected) }, expected, (set) => {
    const lists = listsSeen(overlay, set, plan.facts.product);
    if (lists.length === 0) return [ok(check, 'nothing is added to the server: restore.enabled is false')];
    const lost = lists.filter(({ missing }) => missing.length > 0);
    const sum = lists.reduce((count, { wanted }) => count + wanted.length, 0);
    const { what } = setOf(expected);
    if (lost.length === 0) return [ok(check, `all ${sum} entries of vault-values.yaml are in ${what}`)];
    const whole =
      lost.every(({ missing, wanted }) => missing.length === wanted.length) && lost.length === lists.length;
    if (whole)
      return [
        finding(
          check,
          `nothing of vault-values.yaml is in ${what}: it was not given to helm upgrade, or all of it was replaced`,
          commands.server,
        ),
      ];
    const told = lost.map(({ path, missing }) => `${path} lacks ${missing.join(', ')}`);
    return [
      finding(
        check,
        `${what}: ${told.join('; ')}: a values file after vault-values.yaml, or --set, replaced the list`,
        `put those entries into a file of release.values, render again, and give vault-values.yaml last: ${commands.server}`,
      ),
    ];
  });
}
