/**
 * The environment of the server's container, exactly as the chart renders it and in its order: the second init
 * container starts a server of its own, and must see the same seal, region, proxy and node id.
 */
import type { ChartMode } from './names.ts';
import type { OfficialChart } from './official-charts.ts';
import { isMap, isSet, isTrue, listAt, mapAt, printed, textAt, type Values } from './values.ts';

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Values;
}

function field(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** A value as the chart prints it: text as it is, true and false, whole numbers. */
export function envValue(value: unknown): string {
  return printed(value);
}

/** Go prints such numbers as 1e+06, and then neither the user nor we know what the server gets. */
export function isAmbiguousNumber(value: unknown): boolean {
  return typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e6);
}

function literalVariables(values: Values): readonly EnvVar[] {
  const variables = mapAt(values, 'server.extraEnvironmentVars');
  return Object.keys(variables)
    .sort()
    .map((key) => ({ name: key.replaceAll('.', '_').toUpperCase(), value: envValue(variables[key]) }));
}

function secretVariables(values: Values): readonly EnvVar[] {
  return listAt(values, 'server.extraSecretEnvironmentVars')
    .filter(isMap)
    .map((entry) => ({
      name: printed(entry.envName),
      valueFrom: { secretKeyRef: { name: printed(entry.secretName), key: printed(entry.secretKey) } },
    }));
}

export function serverEnv(
  chart: OfficialChart,
  values: Values,
  mode: ChartMode,
  full: string,
): readonly EnvVar[] {
  const prefix = chart.product === 'vault' ? 'VAULT' : 'BAO';
  const scheme = isSet(values, 'global.tlsDisable') ? 'http' : 'https';
  const raft = isTrue(values, 'server.ha.raft.enabled');
  const env: EnvVar[] = [
    field('HOST_IP', 'status.hostIP'),
    field('POD_IP', 'status.podIP'),
    field(`${prefix}_K8S_POD_NAME`, 'metadata.name'),
    field(`${prefix}_K8S_NAMESPACE`, 'metadata.namespace'),
    { name: `${prefix}_ADDR`, value: `${scheme}://127.0.0.1:8200` },
    {
      name: `${prefix}_API_ADDR`,
      value: textAt(values, 'server.ha.apiAddr') || `${scheme}://$(POD_IP):8200`,
    },
    { name: 'SKIP_CHOWN', value: 'true' },
    { name: 'SKIP_SETCAP', value: 'true' },
    field('HOSTNAME', 'metadata.name'),
    {
      name: `${prefix}_CLUSTER_ADDR`,
      value: textAt(values, 'server.ha.clusterAddr') || `https://$(HOSTNAME).${full}-internal:8201`,
    },
  ];
  if (raft && isTrue(values, 'server.ha.raft.setNodeId')) {
    env.push(field(`${prefix}_RAFT_NODE_ID`, 'metadata.name'));
  }
  if (chart.traits.redundancyZones && raft && isTrue(values, 'server.ha.raft.redundancyZones.enabled')) {
    env.push(field('VAULT_REDUNDANCY_ZONE', "metadata.labels['topology.kubernetes.io/zone']"));
  }
  env.push({ name: 'HOME', value: `/home/${chart.product}` });
  for (const [key, name] of [
    ['logLevel', 'LOG_LEVEL'],
    ['logFormat', 'LOG_FORMAT'],
  ]) {
    const value = textAt(values, `server.${key}`);
    if (value !== '') env.push({ name: `${prefix}_${name}`, value });
  }
  if (hasLicense(chart, values)) {
    const key = textAt(values, 'server.enterpriseLicense.secretKey');
    env.push({ name: 'VAULT_LICENSE_PATH', value: `/vault/license/${key}` });
  }
  if (mode === 'dev') return env;
  return chart.traits.secretVariablesFirst
    ? [...env, ...secretVariables(values), ...literalVariables(values)]
    : [...env, ...literalVariables(values), ...secretVariables(values)];
}

export function hasLicense(chart: OfficialChart, values: Values): boolean {
  return (
    chart.product === 'vault' &&
    isSet(values, 'server.enterpriseLicense.secretName') &&
    isSet(values, 'server.enterpriseLicense.secretKey')
  );
}
