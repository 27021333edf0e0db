/**
 * The second init container starts a server of its own, so it must see what the server sees: the same image,
 * environment, mounts and rights. Pure: the rendered StatefulSet in, sentences out.
 */
import type { Plan } from '../plan/plan.ts';
import { difference, shown } from './difference.ts';
import { type Container, type StatefulSet, serverIn } from './manifests.ts';

const ALIKE = ['image', 'env', 'securityContext', 'resources'] as const;
type Part = (typeof ALIKE)[number];
/** Where each container of the overlay may be told from the user's own. */
const OURS = /^lifeboat-/;

function places({ volumeMounts = [] }: Container): readonly string[] {
  return volumeMounts.map(({ name, mountPath }) => `${name} at ${mountPath}`).sort();
}

function differences(
  parts: readonly Part[],
  restore: Container,
  server: Container,
  chart: string,
): readonly string[] {
  return parts.flatMap((part) => {
    const found = difference(server[part], restore[part], part);
    if (found === undefined) return [];
    return [
      `lifeboat-restore is not like the server that ${chart} renders: ${found.path} of the server is ${shown(found.wanted)}, and of lifeboat-restore ${shown(found.got)}`,
    ];
  });
}

function mountDifferences(restore: Container, server: Container, chart: string): readonly string[] {
  const [seen, there] = [places(restore), places(server)];
  const missing = there.filter((place) => !seen.includes(place));
  const more = seen.filter((place) => !there.includes(place));
  return [
    ...missing.map((place) => `lifeboat-restore lacks a mount that the server of ${chart} has: ${place}`),
    ...more.map((place) => `lifeboat-restore has a mount that the server of ${chart} has not: ${place}`),
  ];
}

/** Mounts of our containers whose volume the pod does not have: Kubernetes would refuse the StatefulSet's pods. */
function withoutVolume(set: StatefulSet): readonly string[] {
  const { initContainers = [], volumes = [] } = set.spec.template.spec;
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const there = new Set([...volumes.map(({ name }) => name), ...claims]);
  return initContainers
    .filter(({ name }) => OURS.test(name))
    .flatMap(({ name, volumeMounts = [] }) =>
      volumeMounts
        .filter((mount) => !there.has(mount.name))
        .map((mount) => `${name} mounts the volume ${mount.name}, which the pod does not have`),
    );
}

export function sightDifferences(
  set: StatefulSet,
  { facts, config }: Plan,
  chart: string,
): readonly string[] {
  const restore = set.spec.template.spec.initContainers?.find(({ name }) => name === 'lifeboat-restore');
  const server = serverIn(set, facts.product);
  // That either is missing is said where values arrive and where the plan is compared.
  if (restore === undefined || server === undefined) return withoutVolume(set);
  // Resources that lifeboat.yaml names are looked for where values arrive.
  const own = config.restore.restoreContainer.resources !== undefined;
  const parts = ALIKE.filter((part) => part !== 'resources' || !own);
  return [
    ...differences(parts, restore, server, chart),
    ...mountDifferences(restore, server, chart),
    ...withoutVolume(set),
  ];
}
