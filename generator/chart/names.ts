/** The chart's own rules for its mode, its number of servers, their order and its object names. */
import type { OfficialChart } from './official-charts.ts';
import { isSet, isTrue, textAt, type Values, valueAt } from './values.ts';

export type ServerMode = 'standalone' | 'ha';
export type ChartMode = ServerMode | 'dev' | 'external' | 'none';

export function chartMode(values: Values): ChartMode {
  const external = ['injector.externalVaultAddr', 'global.externalVaultAddr', 'global.externalBaoAddr'];
  if (external.some((path) => isSet(values, path))) return 'external';
  const enabled = textAt(values, 'server.enabled');
  if (enabled !== 'true' && !(enabled === '-' && isTrue(values, 'global.enabled'))) return 'external';
  if (isTrue(values, 'server.dev.enabled')) return 'dev';
  if (isTrue(values, 'server.ha.enabled')) return 'ha';
  const standalone = textAt(values, 'server.standalone.enabled');
  return standalone === 'true' || standalone === '-' ? 'standalone' : 'none';
}

export function replicas(values: Values, mode: ChartMode): number {
  if (mode !== 'ha') return 1;
  const count = valueAt(values, 'server.ha.replicas');
  return typeof count === 'number' ? count : 3;
}

/** Vault's chart makes all pods at once, whatever the values say. */
export function isOrdered(chart: OfficialChart, values: Values): boolean {
  return chart.product === 'openbao' && textAt(values, 'server.podManagementPolicy') !== 'Parallel';
}

function cut(name: string): string {
  return name.slice(0, 63).replace(/-$/, '');
}

export function fullname(chart: OfficialChart, values: Values, release: string): string {
  const override = textAt(values, 'fullnameOverride');
  if (override !== '') return cut(override);
  const name = textAt(values, 'nameOverride') || chart.name;
  return cut(release.includes(name) ? release : `${release}-${name}`);
}
