/**
 * What we need to know of the official charts: the defaults that decide about the server's pod, and the few ways
 * in which their templates differ. The versions here need no network; any other is read with `--chart`.
 */
import { mergeValues, type Values } from './values.ts';

export type Product = 'vault' | 'openbao';

/** Ways in which the templates of the charts differ. */
export interface ChartTraits {
  /** `server.extraInitContainers` is evaluated as a template, so `{{` in it must be escaped. */
  readonly initContainersAreTemplates: boolean;
  /** Variables out of Secrets come before the literal ones. */
  readonly secretVariablesFirst: boolean;
  /** With `server.ha.raft.enabled` its config is taken in standalone mode too. */
  readonly raftConfigInEveryMode: boolean;
  /** Knows VAULT_REDUNDANCY_ZONE. */
  readonly redundancyZones: boolean;
  /** Takes `server.livenessProbe.execCommand` in the place of a path. */
  readonly probeCommands: boolean;
}

export interface OfficialChart {
  readonly product: Product;
  /** The name in Chart.yaml, of which object names are made. */
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly values: Values;
  readonly traits: ChartTraits;
}

function listener(folder: string, storage: string): string {
  return `ui = true
listener "tcp" {
  tls_disable = 1
  address = "[::]:8200"
  cluster_address = "[::]:8201"
}
storage ${storage} {
  path = "${folder}"
}
`;
}

/** The defaults that all versions share. */
function commonValues(product: Product): Values {
  const data = `/${product}/data`;
  const registration = 'service_registration "kubernetes" {}\n';
  return {
    global: {
      enabled: true,
      imagePullSecrets: [],
      tlsDisable: true,
      externalVaultAddr: '',
      openshift: false,
    },
    injector: { externalVaultAddr: '' },
    server: {
      enabled: '-',
      logLevel: '',
      logFormat: '',
      resources: {},
      shareProcessNamespace: false,
      extraArgs: '',
      livenessProbe: { enabled: false, path: '/v1/sys/health?standbyok=true' },
      postStart: [],
      extraEnvironmentVars: {},
      extraSecretEnvironmentVars: [],
      extraVolumes: [],
      service: { enabled: true, active: { enabled: true }, port: 8200 },
      dataStorage: { enabled: true, mountPath: data },
      auditStorage: { enabled: false, mountPath: `/${product}/audit` },
      dev: { enabled: false },
      standalone: { enabled: '-', config: listener(data, '"file"') },
      ha: {
        enabled: false,
        replicas: 3,
        raft: { enabled: false, setNodeId: false, config: listener(data, '"raft"') + registration },
        config: listener(product, '"consul"') + registration,
      },
      serviceAccount: { create: true, name: '', annotations: {} },
      statefulSet: { securityContext: { pod: {}, container: {} } },
    },
  };
}

function vaultChart(version: string, tag: string, traits: Partial<ChartTraits>): OfficialChart {
  return {
    product: 'vault',
    name: 'vault',
    version,
    appVersion: tag,
    values: mergeValues(commonValues('vault'), {
      server: {
        image: { repository: 'hashicorp/vault', tag, pullPolicy: 'IfNotPresent' },
        enterpriseLicense: { secretName: '', secretKey: 'license' },
      },
    }),
    traits: {
      initContainersAreTemplates: false,
      secretVariablesFirst: false,
      raftConfigInEveryMode: true,
      redundancyZones: false,
      probeCommands: true,
      ...traits,
    },
  };
}

function openbaoChart(version: string, appVersion: string, traits: Partial<ChartTraits> = {}): OfficialChart {
  return {
    product: 'openbao',
    name: 'openbao',
    version,
    appVersion,
    values: mergeValues(commonValues('openbao'), {
      global: { externalBaoAddr: '' },
      server: {
        podManagementPolicy: 'OrderedReady',
        image: { registry: 'quay.io', repository: 'openbao/openbao', tag: '', pullPolicy: 'IfNotPresent' },
      },
    }),
    traits: {
      initContainersAreTemplates: true,
      secretVariablesFirst: true,
      raftConfigInEveryMode: false,
      redundancyZones: false,
      probeCommands: true,
      ...traits,
    },
  };
}

export const OFFICIAL_CHARTS: readonly OfficialChart[] = [
  vaultChart('0.25.0', '1.14.0', { raftConfigInEveryMode: false, probeCommands: false }),
  vaultChart('0.28.1', '1.17.2', { raftConfigInEveryMode: false }),
  vaultChart('0.30.0', '1.19.0', {}),
  vaultChart('0.32.0', '1.21.2', {}),
  vaultChart('0.34.1', '2.0.4', { redundancyZones: true }),
  // The last one before its init containers were evaluated as templates.
  openbaoChart('0.27.2', 'v2.5.3', { initContainersAreTemplates: false }),
  openbaoChart('0.29.2', 'v2.6.2'),
];

/** The chart's own name out of `release.chart`: the last part of `hashicorp/vault` or `oci://.../openbao`. */
export function chartNameOf(chart: string): string {
  return chart.split('/').filter(Boolean).at(-1) ?? chart;
}

export function findOfficialChart(name: string, version: string): OfficialChart | undefined {
  return OFFICIAL_CHARTS.find((chart) => chart.name === name && chart.version === version);
}

/** `vault 0.25.0, 0.28.1; openbao 0.27.2, 0.29.2` */
export function knownCharts(): string {
  const names = [...new Set(OFFICIAL_CHARTS.map(({ name }) => name))];
  return names
    .map((name) => {
      const versions = OFFICIAL_CHARTS.filter((chart) => chart.name === name).map(({ version }) => version);
      return `${name} ${versions.join(', ')}`;
    })
    .join('; ');
}
