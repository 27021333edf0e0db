/** From the files of `-f` to the layers of each cluster, in a stable order. Pure. */
import { LifeboatError } from '../../contract/errors.ts';
import { mapProblems } from '../config/load.ts';
import { nearest } from '../config/nearest.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Fleet } from './fleet.ts';
import { fleetOfFile, isFleetFile } from './fleet-file.ts';
import { fleetOfFolder } from './fleet-folder.ts';

/** What one `-f` names. */
export type NamedInput =
  | { readonly file: YamlSource }
  | { readonly folder: string; readonly files: readonly YamlSource[] };

export interface FoundClusters {
  readonly clusters: readonly ClusterLayers[];
  /** What is wrong with the form of the fleet; the clusters are those that it leaves. */
  readonly problems: readonly Problem[];
}

export interface ClusterLayers {
  /** Below the out folder; '' where there is no fleet. */
  readonly folder: string;
  /** In the order in which they are merged. */
  readonly layers: readonly YamlSource[];
}

/** The fleet that an input is; undefined where it is a plain file. */
function fleetIn(input: NamedInput): Fleet | undefined {
  if ('folder' in input) return fleetOfFolder(input.folder, input.files);
  return isFleetFile(input.file) ? fleetOfFile(input.file) : undefined;
}

function chosen(names: readonly string[], only: readonly string[]): readonly string[] {
  for (const name of only) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    throw new LifeboatError(
      'usage',
      `--only ${name}: the fleet has no such cluster${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
      { hint: `It has: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}` },
    );
  }
  return only.length === 0 ? names : names.filter((name) => only.includes(name));
}

function withoutFleet(layers: readonly YamlSource[], only: readonly string[]): FoundClusters {
  if (only.length > 0) {
    throw new LifeboatError('usage', `--only ${only[0]} names a cluster of a fleet, and there is none`, {
      hint: 'Leave it out, or name a file with "clusters:" or a folder with -f.',
    });
  }
  return { clusters: [{ folder: '', layers }], problems: [] };
}

/**
 * Plain files are layers of every cluster. A fleet may stand among them: its defaults and then the cluster's own part
 * are laid where it stands.
 */
export function clusterLayers(inputs: readonly NamedInput[], only: readonly string[] = []): FoundClusters {
  const unread = inputs.flatMap((input) => ('file' in input ? mapProblems(input.file) : []));
  if (unread.length > 0) throw new ConfigError(unread);
  const plain = (input: NamedInput): readonly YamlSource[] => ('file' in input ? [input.file] : []);
  const fleets = inputs.map(fleetIn);
  const [fleet, second] = fleets.filter((found) => found !== undefined);
  if (fleet === undefined) return withoutFleet(inputs.flatMap(plain), only);
  if (second !== undefined) {
    throw new LifeboatError('usage', 'two fleets are named with -f, and one is expected', {
      hint: 'Render them one after the other, each into an out folder of its own.',
    });
  }
  const clusters = chosen([...fleet.clusters.keys()], only).map((folder) => ({
    folder,
    layers: inputs.flatMap((input, index) =>
      fleets[index] === undefined ? plain(input) : [...fleet.common, ...(fleet.clusters.get(folder) ?? [])],
    ),
  }));
  return { clusters, problems: fleet.problems };
}
