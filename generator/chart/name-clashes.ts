/** Names of the user's that lifeboat or the chart needs, or that stand twice: Kubernetes would refuse the pod, or drop one. */
import type { Problem } from '../config/problem.ts';
import type { Checked } from './checked.ts';
import { isMap, listAt, printed, type Values } from './values.ts';

const PREFIX = 'lifeboat-';

interface Entry {
  /** Where in the values. */
  readonly path: string;
  readonly name: string;
  readonly entry: Values;
}

/** The entries of a list that have a name. One that is a template is Helm's to know. */
function named(list: readonly unknown[], path: string): readonly Entry[] {
  return list.flatMap((entry, index) => {
    const name = isMap(entry) ? printed(entry.name) : '';
    return isMap(entry) && name !== '' && !name.includes('{{')
      ? [{ path: `${path}.${index}`, name, entry }]
      : [];
  });
}

function entries({ user }: Checked, path: string): readonly Entry[] {
  return named(listAt(user.effective, path), path);
}

function containersOf(checked: Checked): readonly Entry[] {
  return ['extraInitContainers', 'extraContainers'].flatMap((list) => entries(checked, `server.${list}`));
}

function taken(checked: Checked): readonly Problem[] {
  const lists = ['extraInitContainers', 'extraContainers', 'volumes', 'volumeMounts'];
  return lists
    .flatMap((list) => entries(checked, `server.${list}`))
    .filter(({ name }) => name.startsWith(PREFIX))
    .map(({ path, name }) =>
      checked.user.problem(
        path,
        `the name ${name} is taken: names that begin with ${PREFIX} are lifeboat's`,
        'Use another name. If this file is a vault-values.yaml of lifeboat, do not list it in release.values.',
      ),
    );
}

/** A second entry of a name, or one of a name that is there already. `what` is what Kubernetes calls the thing. */
function twice(
  checked: Checked,
  what: string,
  found: readonly Entry[],
  there: readonly string[] = [],
): readonly Problem[] {
  const seen = new Set(there);
  const problems: Problem[] = [];
  for (const { path, name } of found) {
    if (seen.has(name)) {
      const whose = there.includes(name) ? "the chart's own already" : 'here twice';
      problems.push(
        checked.user.problem(path, `${what} ${name} is ${whose}`, 'Use another name, or remove one.'),
      );
    }
    seen.add(name);
  }
  return problems;
}

/** Volumes that the chart gives the pod, by its own mounts of them. */
function chartVolumes({ facts }: Checked): readonly string[] {
  const own = new Set<unknown>(facts.own.volumeMounts);
  return facts.mounts.filter((mount) => !own.has(mount)).map(({ name }) => printed(name));
}

/** Mounts of volumes that nobody gives the pod: Kubernetes refuses the pod, and the StatefulSet waits for ever. */
function withoutVolume(checked: Checked): readonly Problem[] {
  const known = new Set([
    ...chartVolumes(checked),
    ...entries(checked, 'server.volumes').map(({ name }) => name),
  ]);
  const mounts = [
    ...entries(checked, 'server.volumeMounts'),
    ...containersOf(checked).flatMap(({ path, entry }) =>
      named(listAt(entry, 'volumeMounts'), `${path}.volumeMounts`),
    ),
  ];
  return mounts
    .filter(({ name }) => !known.has(name) && !name.startsWith(PREFIX))
    .map(({ path, name }) =>
      checked.user.problem(
        path,
        `no volume is named ${name}`,
        `Add it to server.volumes, or mount one of ${[...known].sort().join(', ')}.`,
      ),
    );
}

export function nameClashes(checked: Checked): readonly Problem[] {
  return [
    ...taken(checked),
    ...twice(checked, 'the container', containersOf(checked), [checked.facts.product]),
    ...twice(checked, 'the volume', entries(checked, 'server.extraVolumes')),
    ...twice(checked, 'the volume', entries(checked, 'server.volumes'), chartVolumes(checked)),
    ...withoutVolume(checked),
  ];
}
