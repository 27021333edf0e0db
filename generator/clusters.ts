/**
 * The clusters that the command line names, each read, checked and rendered. Without a fleet there is one, whose files
 * stand in the out folder itself; each cluster of a fleet has a folder.
 */
import { chooseChart } from './chart/choose-chart.ts';
import { type LoadedConfig, loadLayers } from './config/load.ts';
import { ConfigError, groupedByCluster, type Problem } from './config/problem.ts';
import { clusterLayers } from './fleet/cluster-layers.ts';
import { sharedSnapshots } from './fleet/shared-snapshots.ts';
import { type ConfigInputs, readGivenCharts, readNamedInputs, ValuesFiles } from './read-input.ts';
import { type Checked, check, type Rendered, type RenderInput, render } from './render/render.ts';

export interface Cluster {
  /** Below the out folder; '' where there is only this one. */
  readonly folder: string;
  readonly input: RenderInput;
}

export type CheckedCluster = Cluster & Checked;
export type RenderedCluster = Cluster & Rendered;

/** The problems of one cluster are collected, so that the next one is looked at, too. */
class Findings {
  readonly problems: Problem[] = [];

  async of<T>(folder: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const clusters = folder === '' ? {} : { clusters: [folder] };
      this.problems.push(...error.problems.map((problem) => ({ ...problem, ...clusters })));
      return undefined;
    }
  }
}

interface Each<T> {
  /** Those without a problem. */
  readonly clusters: readonly (Cluster & T)[];
  /** Of every other cluster, and of the fleet as a whole. */
  readonly problems: readonly Problem[];
}

/** Does the work for each cluster. Throws a ConfigError only where it cannot be told which clusters there are. */
async function forEach<T extends { readonly warnings: readonly string[] }>(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
  work: (input: RenderInput) => T,
): Promise<Each<T>> {
  const named = clusterLayers(await readNamedInputs(options.files, stdin), options.only);
  const charts = await readGivenCharts(options.charts);
  const valuesFiles = new ValuesFiles();
  const environment = options.environment ?? process.env;
  const alone = named.clusters.length === 1;
  const findings = new Findings();
  const loadedClusters: { readonly folder: string; readonly loaded: LoadedConfig }[] = [];
  const done: (Cluster & T)[] = [];
  for (const { folder, layers } of named.clusters) {
    const loaded = await findings.of(folder, () => loadLayers(layers, environment));
    if (loaded === undefined) continue;
    loadedClusters.push({ folder, loaded });
    const chart = await findings.of(folder, () => chooseChart(loaded, charts, alone));
    const files = await findings.of(folder, () => valuesFiles.of(loaded));
    if (chart === undefined || files === undefined) continue;
    const input = { loaded, chart, valuesFiles: files };
    const result = await findings.of(folder, () => work(input));
    if (result === undefined) continue;
    const warnings = result.warnings.map((warning) => (folder === '' ? warning : `${folder}: ${warning}`));
    done.push({ folder, input, ...result, warnings });
  }
  const problems = [...named.problems, ...findings.problems, ...sharedSnapshots(loadedClusters)];
  const broken = new Set(problems.flatMap(({ clusters = [] }) => clusters));
  return { clusters: done.filter(({ folder }) => !broken.has(folder)), problems };
}

/** Throws one ConfigError with every problem of every cluster. */
function all<T>({ clusters, problems }: Each<T>): readonly (Cluster & T)[] {
  if (problems.length > 0) throw new ConfigError(groupedByCluster(problems));
  return clusters;
}

/** In the order of the files that name them. */
export async function checkClusters(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<readonly CheckedCluster[]> {
  return all(await forEach(options, stdin, check));
}

/** As checkClusters, with the files of each. */
export async function renderClusters(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<readonly RenderedCluster[]> {
  return all(await forEach(options, stdin, render));
}

/** As renderClusters, for those who go on with the clusters that have no problem. */
export async function renderEach(
  options: ConfigInputs,
  stdin: NodeJS.ReadableStream,
): Promise<Each<Rendered>> {
  return forEach(options, stdin, render);
}
