/** Where the official chart comes from, for tools that know nothing of a user's `helm repo add`. */
import { chartNameOf } from '../chart/official-charts.ts';
import type { Config } from '../config/config.ts';

export interface ChartSource {
  /** Of the repository; of a registry without `oci://`. */
  readonly url: string;
  readonly oci: boolean;
  /** Of the chart in it. */
  readonly name: string;
  readonly version: string;
}

const OCI = 'oci://';

/** The configuration names a repository, or the chart itself as oci://. */
export function officialChart({ release }: Config): ChartSource {
  const { chart, chartVersion } = release;
  const whole = chart.startsWith(OCI) ? chart.slice(0, chart.lastIndexOf('/')) : (release.repository ?? '');
  const oci = whole.startsWith(OCI);
  const url = (oci ? whole.slice(OCI.length) : whole).replace(/\/+$/, '');
  return { url, oci, name: chartNameOf(chart), version: chartVersion };
}
