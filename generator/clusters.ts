/**
 * The clusters that the command line names, each read, checked and rendered. A file without `clusters:` is one
 * cluster, whose files stand in the out folder itself; a fleet has a folder for each.
 */
import type { ConfigInputs } from './read-input.ts';
import { readInputs } from './read-input.ts';
import { type Checked, check, type Rendered, type RenderInput, render } from './render/render.ts';

export interface Cluster {
  /** Below the out folder; '' where there is only this one. */
  readonly folder: string;
  readonly input: RenderInput;
}

export type CheckedCluster = Cluster & Checked;
export type RenderedCluster = Cluster & Rendered;

/** In the order of the files that name them. Throws a ConfigError with every problem of every cluster. */
export async function checkClusters(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<readonly CheckedCluster[]> {
  return (await readInputs(options, stdin)).map((cluster) => ({ ...cluster, ...check(cluster.input) }));
}

/** As checkClusters, with the files of each. */
export async function renderClusters(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<readonly RenderedCluster[]> {
  return (await readInputs(options, stdin)).map((cluster) => ({ ...cluster, ...render(cluster.input) }));
}
