/** What render would write now into a folder that it wrote before: the values, the formats that stand in it, and our chart. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { bundledChart } from '../bundled-chart.ts';
import type { GivenChart } from '../chart/choose-chart.ts';
import { pinnedChart } from '../check/render-official.ts';
import type { RenderedCluster } from '../clusters.ts';
import type { RenderedFile } from '../render/file.ts';
import { chartTexts } from './chart-texts.ts';
import type { ChartTexts } from './format.ts';
import { FORMAT_NAMES, type FormatName } from './format-names.ts';
import { formatFiles, requireFormats, runsHelm } from './formats.ts';

function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

export interface AgainOptions {
  readonly charts: readonly GivenChart[];
  /** Whether the official chart may be fetched, where its objects stand in the folder. */
  readonly pull: boolean;
  /** Leaves out the format that needs Helm. */
  readonly withoutCharts?: boolean;
}

export interface RenderedAgain {
  readonly files: readonly RenderedFile[];
  readonly formats: readonly FormatName[];
  /** Whether a copy of our chart is among the files: where one stands in the folder. */
  readonly withChart: boolean;
  /** Those formats that were left out. */
  readonly unseen: readonly FormatName[];
}

async function formatsIn(folder: string): Promise<readonly FormatName[]> {
  const there = await Promise.all(FORMAT_NAMES.map((name) => isThere(path.join(folder, name))));
  return FORMAT_NAMES.filter((_name, index) => there[index]);
}

/** The official chart is asked for only where its objects stand in the folder. */
async function textsFor(
  cluster: RenderedCluster,
  folder: string,
  options: AgainOptions,
): Promise<ChartTexts> {
  if (!(await isThere(path.join(folder, 'manifests/server')))) return chartTexts(cluster);
  return chartTexts(cluster, (await pinnedChart(cluster, options)).place);
}

/** Names are below the cluster's folder. Throws a ConfigError where the configuration lacks something for a format. */
export async function renderedAgain(
  cluster: RenderedCluster,
  out: string,
  options: AgainOptions,
): Promise<RenderedAgain> {
  const folder = path.join(out, cluster.folder);
  const there = await formatsIn(folder);
  const unseen = options.withoutCharts === true ? there.filter(runsHelm) : [];
  const formats = there.filter((name) => !unseen.includes(name));
  requireFormats([cluster], formats, out);
  const texts = formats.some(runsHelm) ? await textsFor(cluster, folder, options) : undefined;
  const withChart = await isThere(path.join(folder, 'charts/vault-lifeboat'));
  const chart = withChart ? await bundledChart() : [];
  const files = [...cluster.files, ...formatFiles(cluster, formats, out, texts), ...chart];
  return { files, formats, withChart, unseen };
}
