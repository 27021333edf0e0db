/**
 * Is what is live what lifeboat.yaml renders now? A release that was upgraded with a folder of another day restores by
 * the rules of that day: another bucket, another name, another policy for an empty store.
 */

import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import { CONFIG_VARIABLE } from '../../../contract/pod.ts';
import { isMap, listAt, type Values } from '../../chart/values.ts';
import { difference, shown } from '../../check/difference.ts';
import { type Container, serverIn } from '../../check/manifests.ts';
import { initContainer, restoreContainer } from '../../render/restore-containers.ts';
import { missingIn } from '../contained.ts';
import type { Expected } from '../expected.ts';
import type { LiveFacts, LiveStatefulSet } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { setOf } from './release.ts';

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return text;
  }
}

/** Where the slice that lifeboat-init reads parts from the rendered one, in words. */
function sliceDifference(wanted: unknown, container: Container): string | undefined {
  const text = container.env?.find(({ name }) => name === CONFIG_VARIABLE)?.value;
  const found = difference(wanted, parsed(text));
  if (found === undefined) return undefined;
  const path = found.path === '' ? 'the whole' : found.path.replace(/^\./, '');
  return `${container.name} was rendered with ${path} ${shown(found.got)}, and lifeboat.yaml says ${shown(found.wanted)}`;
}

/** What the other checks speak of, or what a server may write in another form. */
const ELSEWHERE = new Set(['image', 'imagePullPolicy', 'resources', 'env']);

function containerDifference(wanted: Values, container: Container): string | undefined {
  const own = Object.fromEntries(Object.entries(wanted).filter(([key]) => !ELSEWHERE.has(key)));
  const found = missingIn(own, container);
  return found === undefined ? undefined : `${container.name} differs at ${found.path.replace(/^\./, '')}`;
}

/** The restore starts a server of its own: it must have the variables and mounts that the live server has. */
function sightDifference(restore: Container, server: Container | undefined): string | undefined {
  if (server === undefined) return undefined;
  const variable = difference(server.env ?? [], restore.env ?? []);
  const [, index] = /^\[(\d+)\]/.exec(variable?.path ?? '') ?? [];
  const name = index === undefined ? undefined : (server.env ?? restore.env)?.[Number(index)]?.name;
  // The name alone: a literal value may be a secret of the user's.
  if (variable !== undefined)
    return `${restore.name} has not the variables of the server (first: ${name ?? 'their number'})`;
  const there = new Set((restore.volumeMounts ?? []).map(({ mountPath }) => mountPath));
  const missing = (server.volumeMounts ?? []).find(({ mountPath }) => !there.has(mountPath));
  return missing === undefined ? undefined : `${restore.name} lacks the server's mount ${missing.mountPath}`;
}

function hookDifference(overlay: Values, set: LiveStatefulSet, product: string): string | undefined {
  const wanted = listAt(overlay, 'server.postStart');
  const live = serverIn(set, product)?.lifecycle?.postStart?.exec?.command;
  if (live === undefined || wanted.length === 0) return undefined;
  return difference(wanted, live) === undefined ? undefined : 'the hook postStart is another one';
}

function volumeDifferences(overlay: Values, set: LiveStatefulSet): readonly string[] {
  const live = set.spec.template.spec.volumes ?? [];
  return listAt(overlay, 'server.volumes')
    .filter(isMap)
    .flatMap((wanted) => {
      const found = live.find(({ name }) => name === wanted.name);
      return found === undefined || missingIn(wanted, found) === undefined
        ? []
        : [`the volume ${String(wanted.name)} is another one`];
    });
}

/** One sentence for each part that is live and not what is rendered. What is missing altogether is the values check's. */
export function staleParts({ plan, overlay }: Expected, set: LiveStatefulSet): readonly string[] {
  const { restore, facts } = plan;
  if (restore === undefined) return [];
  const containers = set.spec.template.spec.initContainers ?? [];
  const init = containers.find(({ name }) => name === 'lifeboat-init');
  const second = containers.find(({ name }) => name === 'lifeboat-restore');
  return [
    ...(init === undefined
      ? []
      : [sliceDifference(restore, init), containerDifference(initContainer(plan, restore), init)]),
    ...(second === undefined
      ? []
      : [
          containerDifference(restoreContainer(plan), second),
          sightDifference(second, serverIn(set, facts.product)),
        ]),
    hookDifference(overlay, set, facts.product),
    ...volumeDifferences(overlay, set),
  ].filter((one) => one !== undefined);
}

/** `files` are those of the folder of -o that render would write otherwise; undefined where no folder was named. */
export function overlayAnswers(
  expected: Expected,
  live: LiveFacts,
  files: readonly string[] | undefined,
): readonly Answer[] {
  const { commands } = expected;
  const check = 'overlay';
  const folder =
    files === undefined || files.length === 0
      ? []
      : [
          finding(
            check,
            `the rendered folder is old: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ' and more' : ''} would be written otherwise now`,
            commands.render,
          ),
        ];
  const inCluster = withSeen(live.set, { check, ...setOf(expected) }, expected, (set) => {
    const stale = staleParts(expected, set);
    if (stale.length === 0) return [];
    return [
      finding(
        check,
        `${setOf(expected).what} is of another lifeboat.yaml: ${stale.join('; ')}`,
        `${commands.render} && ${commands.server}`,
      ),
    ];
  });
  const found = [...folder, ...inCluster];
  return found.length > 0 ? found : [ok(check, 'what is live is what lifeboat.yaml renders now')];
}
