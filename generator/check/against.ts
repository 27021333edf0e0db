/**
 * Another version of the official chart, before it is deployed: does it take what is rendered for the version that
 * lifeboat.yaml names? Where it does not, the same is asked of what would be rendered for the new one.
 */
import { stat } from 'node:fs/promises';
import { LifeboatError } from '../../contract/errors.ts';
import type { OfficialChart } from '../chart/official-charts.ts';
import { readChart } from '../chart/read-chart.ts';
import type { RenderedCluster } from '../clusters.ts';
import { ConfigError } from '../config/problem.ts';
import { findChart } from '../helm/find-chart.ts';
import { render } from '../render/render.ts';
import type { Finding } from './finding.ts';
import { type OfficialOutcome, type PlacedChart, renderOfficial, titleOf } from './render-official.ts';

export interface OtherChart extends PlacedChart {
  readonly chart: OfficialChart;
}

/** `wanted` is a folder, a .tgz, or the number of a version. */
export async function otherChart(
  { input, plan }: RenderedCluster,
  wanted: string,
  pull: boolean,
): Promise<OtherChart> {
  const isPlace = await stat(wanted).then(
    () => true,
    () => false,
  );
  const { name } = input.chart;
  const place = isPlace
    ? wanted
    : await findChart(
        {
          reference: plan.config.release.chart,
          repository: plan.config.release.repository,
          name,
          version: wanted,
        },
        pull,
      );
  const chart = await readChart(place);
  if (chart.name !== name) {
    throw new LifeboatError(
      'usage',
      `--against ${wanted} is the chart ${chart.name}, and ${name} is deployed`,
    );
  }
  return { place, chart, title: titleOf(chart) };
}

/** As if lifeboat.yaml named the other version. Throws a ConfigError where the values do not fit it. */
function renderedFor(cluster: RenderedCluster, chart: OfficialChart): RenderedCluster {
  const { loaded, ...rest } = cluster.input;
  const release = { ...loaded.config.release, chartVersion: chart.version };
  const input = { ...rest, chart, loaded: { ...loaded, config: { ...loaded.config, release } } };
  return { ...cluster, input, ...render(input) };
}

/** What the new values alone cure, and what only the user can decide. */
async function wayOut(
  cluster: RenderedCluster,
  other: OtherChart,
  found: readonly Finding[],
  kubernetes: string,
): Promise<string> {
  const { version } = other.chart;
  const stay = `stay with ${cluster.plan.config.release.chartVersion}`;
  if (found.some(({ rule }) => rule === 'server-as-planned')) {
    return `With ${version} your values make another server: change them until both versions make the same one, or ${stay}.`;
  }
  try {
    const { findings } = await renderOfficial(renderedFor(cluster, other.chart), other, kubernetes);
    if (findings.length === 0) {
      return `Set release.chartVersion: ${version}, render again, and give Helm the new chart and the new values in one step: rendered for ${version} it fits.`;
    }
    return `Rendered for ${version} it does not fit either (${findings.length} findings; check with release.chartVersion: ${version} to see them): ${stay}.`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const first = error.problems[0]?.message ?? '';
    return `Your values do not fit ${version} (${first}; validate with release.chartVersion: ${version} to see all): correct them, or ${stay}.`;
  }
}

export async function againstOther(
  cluster: RenderedCluster,
  other: OtherChart,
  kubernetes: string,
): Promise<OfficialOutcome> {
  const outcome = await renderOfficial(cluster, other, kubernetes);
  if (outcome.findings.length === 0) return outcome;
  const hint = await wayOut(cluster, other, outcome.findings, kubernetes);
  return { ...outcome, findings: outcome.findings.map((finding) => ({ ...finding, hint })) };
}
