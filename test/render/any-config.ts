/** Any valid configuration with the values that it names: what the property tests of the renderer begin with. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { OFFICIAL_CHARTS, type OfficialChart } from '../../generator/chart/official-charts.ts';
import { loadConfig } from '../../generator/config/load.ts';
import { takenFor } from '../../generator/config/plain-text.ts';
import type { ConfigInput } from '../../generator/config/schema.ts';
import type { RenderInput } from '../../generator/render/render.ts';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
/** A name that is text without quotes and a part of a host name, too: a release or namespace of another kind is refused. */
const plainLabel = label.filter((word) => takenFor(word) === undefined && !word.startsWith('xn--'));
const key = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.]{0,10}$/);
const duration = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('s', 'm', 'h'))
  .map(([n, unit]) => `${n}${unit}`);
const ref = fc.record({ name: label });
const ca = fc.oneof(
  fc.record({ secretRef: fc.record({ name: label, key }, { requiredKeys: ['name'] }) }),
  fc.record({ configMapRef: fc.record({ name: label, key }, { requiredKeys: ['name'] }) }),
);
const retention = fc.record({ keepLast: fc.integer({ min: 1, max: 500 }) });
const prefix = fc.constantFrom('', '/a/b/', 'a//b', 'A_1.x');
const azureKey = fc.record(
  { name: label, key: fc.constantFrom('AZURE_STORAGE_KEY', 'AZURE_STORAGE_SAS_TOKEN') },
  { requiredKeys: ['name'] },
);
const store = fc.oneof(
  fc.record(
    {
      s3: fc.record(
        {
          bucket: fc.stringMatching(/^[a-z][a-z0-9-]{2,20}[a-z0-9]$/),
          prefix,
          region: fc.constantFrom('us-east-1', 'cn-north-1', 'us-gov-west-1'),
          endpoint: fc.constantFrom('https://s3.example', 'http://127.0.0.1:9000', 'https://s3.example/path'),
          forcePathStyle: fc.boolean(),
          checksums: fc.constantFrom('when_supported', 'when_required'),
          ca,
          secretRef: ref,
          restoreSecretRef: ref,
        },
        { requiredKeys: ['bucket'] },
      ),
      retention,
    },
    { requiredKeys: ['s3'] },
  ),
  fc.record(
    {
      gcs: fc.record(
        {
          bucket: fc.stringMatching(/^[a-z][a-z0-9_-]{2,20}[a-z0-9]$/),
          prefix,
          project: fc.constantFrom('payments-prod', 'example.com:payments'),
          endpoint: fc.constantFrom('https://storage-vault.p.googleapis.com', 'http://127.0.0.1:4443'),
          secretRef: ref,
          restoreSecretRef: ref,
          backupServiceAccount: fc.constant('vault-backup@payments-prod.iam.gserviceaccount.com'),
          restoreServiceAccount: fc.constant('vault-restore@payments-prod.iam.gserviceaccount.com'),
        },
        { requiredKeys: ['bucket'] },
      ),
      retention,
    },
    { requiredKeys: ['gcs'] },
  ),
  fc.record(
    {
      azure: fc.record(
        {
          account: fc.stringMatching(/^[a-z0-9]{3,24}$/),
          container: fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){2,10}$/),
          prefix,
          endpoint: fc.constantFrom(
            'https://vaults.blob.core.chinacloudapi.cn',
            'http://127.0.0.1:10000/vaults',
          ),
          secretRef: azureKey,
          restoreSecretRef: azureKey,
          tenantId: fc.uuid(),
          backupClientId: fc.uuid(),
          restoreClientId: fc.uuid(),
        },
        { requiredKeys: ['account', 'container'] },
      ),
      retention,
    },
    { requiredKeys: ['azure'] },
  ),
  fc.record(
    {
      directory: fc.record(
        {
          path: fc.constantFrom('/snapshots', '/lifeboat/snapshots', '/a/b.c'),
          volume: fc.constant({ nfs: { server: 'n', path: '/x' } }),
        },
        { requiredKeys: ['volume'] },
      ),
      retention,
    },
    { requiredKeys: ['directory'] },
  ),
);
const backup = fc.record(
  {
    enabled: fc.boolean(),
    schedule: fc.constantFrom('0 */12 * * *', '*/5 1-3 * jan mon', '@daily'),
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Berlin'),
    namespace: label,
    timeout: duration,
    auth: fc.oneof(
      fc.record({
        kubernetes: fc.record(
          { mount: label, role: label, audience: fc.constantFrom('vault', "a b'c", '$(X)') },
          { requiredKeys: [] },
        ),
      }),
      fc.record({
        approle: fc.record({ mount: label, role: label, secretRef: ref }, { requiredKeys: ['secretRef'] }),
      }),
    ),
    pod: fc.record({ labels: fc.dictionary(label, label), priorityClassName: label }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const restore = fc.record(
  {
    enabled: fc.boolean(),
    snapshot: fc.oneof(
      fc.constant({ latest: {} }),
      fc.constant({ key: 'snapshots/20261123T220000Z-12.snap' }),
      fc.constant({ before: '2026-11-23T22:00:00Z' }),
    ),
    whenNoSnapshot: fc.constantFrom('install', 'stop'),
    whenDamaged: fc.constantFrom('stop', 'previous'),
    unseal: fc.oneof(fc.constant({ manual: {} }), fc.record({ secretRef: ref })),
    timeout: duration,
  },
  { requiredKeys: [] },
);
const secrets = fc.oneof(
  fc.record({
    externalSecrets: fc.record(
      {
        store: fc.record(
          { name: label, kind: fc.constantFrom('SecretStore', 'ClusterSecretStore') },
          { requiredKeys: ['name'] },
        ),
        keyPrefix: fc.constantFrom('', 'prod/', '1e3', 'a.b-c_d/'),
        refreshInterval: duration,
      },
      { requiredKeys: ['store'] },
    ),
  }),
  fc.record({
    sealedSecrets: fc.record({ controllerName: label, controllerNamespace: label }, { requiredKeys: [] }),
  }),
);
const input = fc.record({
  chart: fc.constantFrom(...OFFICIAL_CHARTS),
  name: label,
  release: plainLabel,
  namespace: plainLabel,
  store,
  backup,
  restore,
  secrets: fc.option(secrets),
  json: fc.boolean(),
  tls: fc.option(ca),
});

export interface AnyConfig {
  readonly chart: OfficialChart;
  /** As text: lifeboat.yaml, and the user's own values. */
  readonly config: string;
  readonly values: string;
}

export const anyConfig: fc.Arbitrary<AnyConfig> = input.map((given) => {
  const file = {
    version: 1,
    name: given.name,
    image: { repository: 'registry.example/lifeboat', tag: '1' },
    release: {
      name: given.release,
      namespace: given.namespace,
      chart: `any/${given.chart.name}`,
      chartVersion: given.chart.version,
      values: ['my.yaml'],
    },
    store: given.store,
    ...(given.tls === null ? {} : { vault: { tls: { ca: given.tls } } }),
    backup: given.backup,
    restore: given.restore,
    ...(given.secrets === null ? {} : { secrets: given.secrets }),
    log: { format: given.json ? 'json' : 'text' },
  } satisfies Record<
    keyof Omit<ConfigInput, 'imagePullSecrets' | 'secrets' | 'variables' | 'vault' | 'gitops'>,
    unknown
  >;
  const values = {
    global: { tlsDisable: given.tls === null },
    server: {
      ha: {
        enabled: true,
        replicas: 1,
        raft: { enabled: true, ...(given.tls === null ? {} : { config: tlsConfig(given.chart) }) },
      },
    },
  };
  return { chart: given.chart, config: stringify(file), values: stringify(values) };
});

/** The chart's own configuration has a listener without TLS. */
function tlsConfig({ name }: OfficialChart): string {
  return [
    'listener "tcp" {',
    '  address = "[::]:8200"',
    '  cluster_address = "[::]:8201"',
    '  tls_cert_file = "/tls/tls.crt"',
    '  tls_key_file = "/tls/tls.key"',
    '}',
    'storage "raft" {',
    `  path = "/${name}/data"`,
    '}',
    '',
  ].join('\n');
}

export function inputOf({ chart, config, values }: AnyConfig): RenderInput {
  return {
    loaded: loadConfig('lifeboat.yaml', config),
    chart,
    valuesFiles: [{ file: 'my.yaml', place: '/team/my.yaml', text: values }],
  };
}
