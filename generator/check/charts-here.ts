/** Whether each official chart that a run needs is on this machine, or was fetched: all that are missing are told at once. */
import { LifeboatError } from '../../contract/errors.ts';
import type { RenderedCluster } from '../clusters.ts';
import { otherChart } from './against.ts';
import { pinnedChart } from './render-official.ts';
import type { CheckSettings } from './settings.ts';

function find(cluster: RenderedCluster, settings: CheckSettings): Promise<unknown> {
  const { against, pull } = settings;
  return against === undefined ? pinnedChart(cluster, settings) : otherChart(cluster, against, pull);
}

/** Throws one LifeboatError. */
export async function requireCharts(
  clusters: readonly RenderedCluster[],
  settings: CheckSettings,
): Promise<void> {
  if (settings.withoutCharts !== undefined) return;
  const missing = new Map<string, LifeboatError>();
  const seen = new Set<string>();
  for (const cluster of clusters) {
    const { name, version } = cluster.input.chart;
    const key = `${cluster.plan.config.release.chart} ${name} ${version}`;
    if (seen.has(key)) continue;
    seen.add(key);
    try {
      await find(cluster, settings);
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      missing.set(error.message, error);
    }
  }
  const [first, ...more] = missing.values();
  if (first === undefined) return;
  if (more.length === 0) throw first;
  const hint = first.hint === undefined ? {} : { hint: first.hint };
  throw new LifeboatError(first.exit, [...missing.keys()].join('\n'), hint);
}
