/** The official chart with the user's values and our overlay, through Helm: its objects, and what is wrong with them. */
import type { OfficialChart } from '../chart/official-charts.ts';
import type { RenderedCluster } from '../clusters.ts';
import { findChart } from '../helm/find-chart.ts';
import { renderServer } from '../helm/render-release.ts';
import { vaultValues } from '../render/vault-values.ts';
import type { Finding } from './finding.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { officialFindings } from './official-chart.ts';
import type { CheckSettings } from './settings.ts';

export interface OfficialOutcome {
  readonly findings: readonly Finding[];
  /** Absent where Helm refuses. */
  readonly text?: string;
  readonly manifests: readonly Manifest[];
}

/** A chart and where it is. */
export interface PlacedChart {
  readonly place: string;
  /** `vault 0.34.1` */
  readonly title: string;
}

/** What is rendered for a cluster, on a chart that may be of another version. */
export async function renderOfficial(
  cluster: RenderedCluster,
  { place, title }: PlacedChart,
  kubernetes: string,
): Promise<OfficialOutcome> {
  const { input, plan } = cluster;
  const { source } = input.loaded;
  const answer = await renderServer(cluster, place, kubernetes);
  if (!answer.ok) {
    const problem = source.at(['release', 'chartVersion'], `helm cannot render ${title}: ${answer.reason}`);
    return { findings: [{ ...problem, rule: 'official-chart-renders', level: 'error' }], manifests: [] };
  }
  const manifests = readManifests(answer.text);
  const rendering = { overlay: vaultValues(plan), manifests, plan, chart: title };
  return { findings: officialFindings(rendering, source), text: answer.text, manifests };
}

export const titleOf = ({ name, version }: OfficialChart): string => `${name} ${version}`;

/** The chart that lifeboat.yaml names: of `--chart`, kept from another time, or pulled. */
export async function pinnedChart(
  { input, plan }: RenderedCluster,
  { charts, pull }: Pick<CheckSettings, 'charts' | 'pull'>,
): Promise<PlacedChart> {
  const { name, version } = input.chart;
  const given = charts.find(({ chart }) => chart.name === name && chart.version === version);
  const wanted = {
    reference: plan.config.release.chart,
    repository: plan.config.release.repository,
    name,
    version,
  };
  return { place: given?.place ?? (await findChart(wanted, pull)), title: titleOf(input.chart) };
}
