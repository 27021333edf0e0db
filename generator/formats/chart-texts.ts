/** What Helm makes of the charts, for the format that consists of it. */
import { KUBERNETES_VERSION } from '../chart/kubernetes-version.ts';
import type { RenderedCluster } from '../clusters.ts';
import { ConfigError } from '../config/problem.ts';
import { renderBackup, renderServer } from '../helm/render-release.ts';
import type { Answer } from '../helm/run-helm.ts';
import type { ChartTexts } from './format.ts';

function textOf({ input }: RenderedCluster, answer: Answer, chart: string, key: string): string {
  if (answer.ok) return answer.text;
  throw new ConfigError([
    input.loaded.source.at([key], `helm cannot render ${chart} for --format manifests: ${answer.reason}`),
  ]);
}

/** `official`: where the official chart is; without it only ours is rendered. */
export async function chartTexts(cluster: RenderedCluster, official?: string): Promise<ChartTexts> {
  const { name, version } = cluster.input.chart;
  const backup = textOf(cluster, await renderBackup(cluster, KUBERNETES_VERSION), 'our chart', 'backup');
  if (official === undefined) return { backup };
  const answer = await renderServer(cluster, official, KUBERNETES_VERSION);
  return { backup, server: textOf(cluster, answer, `${name} ${version}`, 'release') };
}
