/** Any valid values of a user's for an official chart: lists of every kind, and texts that readers of YAML like to change. */
import fc from 'fast-check';
import { OFFICIAL_CHARTS, type OfficialChart } from '../../generator/chart/official-charts.ts';
import { looksLikeSecretVariable } from '../../generator/config/secret-forms.ts';
import type { Data } from './laid-over.ts';

export interface AnyValues {
  readonly chart: OfficialChart;
  readonly values: Data;
  /** Keys of lifeboat.yaml that decide what is added. */
  readonly more: Data;
}

const text = fc.constantFrom(
  ...['yes', 'no', 'on', 'null', '~', 'true', '0123', '0o17', '1e3', '1_000', '.5', '12:30:45', '2026-01-01'],
  ...[
    'a: b',
    '# c',
    '- d',
    '"e"',
    "it's",
    '$(POD_IP)',
    '{f}',
    '[g]',
    '@h',
    '%i',
    '&j',
    '*k',
    '!l',
    'é',
    'm ',
  ],
  ...['two\nlines', 'three\nlines\n', ' tab\tin it', 'back\\slash', '>', '|', '?', '-'],
);
const label = fc.stringMatching(/^[a-k][a-z0-9]{0,6}$/);
/** Names that begin like none of ours and none of the chart's. */
const name = label.map((end) => `x-${end}`);
const key = label.map((end) => `example.com/${end}`);
const some = <T>(entry: fc.Arbitrary<T>, selector: (one: T) => string, maxLength = 3) =>
  fc.uniqueArray(entry, { selector, maxLength });

const source = fc.oneof(
  fc.constant({ emptyDir: {} }),
  fc.record({ secret: fc.record({ secretName: name, optional: fc.boolean() }) }),
  fc.record({ configMap: fc.record({ name, defaultMode: fc.constantFrom(0o440, 0o644) }) }),
  fc.record({ hostPath: fc.record({ path: label.map((end) => `/srv/${end}`) }) }),
);
const volume = fc.tuple(name, source).map(([one, from]) => ({ name: one, ...from }));

/** Mounts of some of these volumes, each at a path of its own. */
function mounts(volumes: readonly { readonly name: string }[]) {
  if (volumes.length === 0) return fc.constant([]);
  const mount = fc.record(
    {
      name: fc.constantFrom(...volumes.map((one) => one.name)),
      mountPath: label.map((end) => `/x/${end}`),
      readOnly: fc.boolean(),
      subPath: label,
    },
    { requiredKeys: ['name', 'mountPath'] },
  );
  return some(mount, ({ mountPath }) => mountPath);
}

const resources = fc.constantFrom(
  {},
  { limits: { memory: '1Gi' } },
  { requests: { cpu: '250m', memory: '1Gi' } },
);

function container(volumes: readonly { readonly name: string }[]) {
  return fc.record(
    {
      image: label.map((end) => `registry.example/${end}:1`),
      command: fc.constant(['/bin/sh', '-c']),
      args: fc.array(text, { maxLength: 2 }),
      env: some(
        fc.record({
          name: label.map((end) => `V_${end}`).filter((variable) => !looksLikeSecretVariable(variable, 'x')),
          value: text,
        }),
        (one) => one.name,
      ),
      volumeMounts: mounts(volumes),
      resources,
    },
    { requiredKeys: ['image'] },
  );
}

/** Names over both lists differ, as Kubernetes asks for. */
const containers = (volumes: readonly { readonly name: string }[]) =>
  fc
    .tuple(
      fc.uniqueArray(name, { maxLength: 4 }),
      fc.array(container(volumes), { minLength: 4, maxLength: 4 }),
    )
    .map(([names, bodies]) => names.map((one, index) => ({ name: one, ...bodies[index] })))
    .chain((all) =>
      fc.nat({ max: all.length }).map((cut) => ({ init: all.slice(0, cut), beside: all.slice(cut) })),
    );

/** A plain value under the name of a secret is refused, rightly. */
const variableName = label
  .map((end) => `X_${end.toUpperCase()}`)
  .filter((variable) => !looksLikeSecretVariable(variable, 'x'));
const variables = fc.dictionary(variableName, fc.oneof(text, fc.boolean(), fc.nat({ max: 999 })), {
  maxKeys: 4,
});
const secretVariables = some(
  fc.record({ envName: label.map((end) => `S_${end.toUpperCase()}`), secretName: name, secretKey: label }),
  ({ envName }) => envName,
);
const extraVolumes = some(
  fc.record(
    { type: fc.constantFrom('secret', 'configMap'), name, path: label.map((end) => `/y/${end}`) },
    {
      requiredKeys: ['type', 'name'],
    },
  ),
  (one) => one.name,
);
const pullSecrets = some(fc.oneof(name, fc.record({ name })), (one) =>
  typeof one === 'string' ? one : one.name,
);
const annotations = fc.oneof(
  fc.dictionary(key, text, { maxKeys: 3 }),
  fc.dictionary(key, label, { minKeys: 1, maxKeys: 3 }).map((map) =>
    Object.entries(map)
      .map(([one, value]) => `${one}: "${value}"\n`)
      .join(''),
  ),
);
const securityContext = fc.constantFrom(
  {},
  { runAsUser: 7, runAsGroup: 8 },
  { allowPrivilegeEscalation: false, capabilities: { add: ['IPC_LOCK'] } },
);

const server = some(volume, (one) => one.name).chain((volumes) =>
  fc.record({
    volumes: fc.constant(volumes),
    volumeMounts: mounts(volumes),
    containers: containers(volumes),
    postStart: fc.oneof(
      fc.constant([]),
      text.map((one) => ['/bin/sh', '-c', `: '${one.replaceAll("'", '')}'`]),
    ),
    extraEnvironmentVars: variables,
    extraSecretEnvironmentVars: secretVariables,
    extraVolumes,
    resources,
    securityContext,
    annotations,
    extraLabels: fc.dictionary(key, label, { maxKeys: 2 }),
    image: fc.record({
      tag: fc.constantFrom('1.21.1', '2.7.2'),
      pullPolicy: fc.constantFrom('Always', 'IfNotPresent'),
    }),
  }),
);

/** A standalone server with raft storage, or one of HA. */
function modeOf(ha: boolean, product: string): Data {
  if (ha) return { ha: { enabled: true, replicas: 1, raft: { enabled: true, setNodeId: true } } };
  const lines = [
    'listener "tcp" {',
    '  tls_disable = 1',
    '}',
    'storage "raft" {',
    `  path = "/${product}/data"`,
    '}',
  ];
  return { standalone: { enabled: true, config: `${lines.join('\n')}\n` } };
}

const more = fc.record(
  {
    imagePullSecrets: fc.uniqueArray(fc.record({ name }), { selector: (one) => one.name, maxLength: 2 }),
    store: fc.constant({
      s3: { bucket: 'snapshots', restoreRoleArn: 'arn:aws:iam::123456789012:role/restore' },
    }),
    restore: fc.record({
      initContainer: fc.record({ resources }),
      restoreContainer: fc.constant({}),
      serviceAccount: fc.record({ annotations: fc.dictionary(key, label, { maxKeys: 2 }) }),
    }),
  },
  { requiredKeys: [] },
);

/** As a file would give it: fast-check's own records have no prototype. */
function plain(data: Data): Data {
  return JSON.parse(JSON.stringify(data)) as Data;
}

export const anyValues: fc.Arbitrary<AnyValues> = fc
  .record({ chart: fc.constantFrom(...OFFICIAL_CHARTS), ha: fc.boolean(), pullSecrets, server, more })
  .map(({ chart, ha, pullSecrets: imagePullSecrets, server: given, more: added }) => {
    const { containers: both, securityContext: context, annotations: own, ...rest } = given;
    return {
      chart,
      more: plain(added),
      values: plain({
        global: { imagePullSecrets },
        server: {
          ...rest,
          ...modeOf(ha, chart.product),
          extraInitContainers: both.init,
          extraContainers: both.beside,
          serviceAccount: { annotations: own },
          statefulSet: { securityContext: { container: context } },
        },
      }),
    };
  });
