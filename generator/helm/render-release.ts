/** The two releases of a cluster through Helm: each chart with its values in the order in which later ones win. */
import { bundledChartFolder } from '../bundled-chart.ts';
import type { RenderedCluster } from '../clusters.ts';
import { renderChart } from './render-chart.ts';
import type { Answer } from './run-helm.ts';

function textOf({ files }: RenderedCluster, name: string): string {
  return files.find((file) => file.name === name)?.text ?? '';
}

/** The official chart at a place of its own, which may be of another version than the one that is rendered for. */
export function renderServer(cluster: RenderedCluster, place: string, kubernetes: string): Promise<Answer> {
  const { input, plan } = cluster;
  return renderChart({
    chart: place,
    release: plan.config.release,
    values: [...input.valuesFiles.map(({ text }) => text), textOf(cluster, 'vault-values.yaml')],
    kubernetes,
  });
}

/** Our chart. */
export async function renderBackup(cluster: RenderedCluster, kubernetes: string): Promise<Answer> {
  const { config, names } = cluster.plan;
  return renderChart({
    chart: await bundledChartFolder(),
    release: { name: names.lifeboat, namespace: config.backup.namespace },
    values: [textOf(cluster, 'lifeboat-values.yaml')],
    kubernetes,
  });
}
