import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { contradictions } from './contradictions.ts';
import { chartNameOf, findOfficialChart } from './official-charts.ts';
import { serverFacts } from './server-facts.ts';
import { readUserValues } from './user-values.ts';
import { warnings } from './warnings.ts';

const CONFIG = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat, tag: 0.1.0}
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [my.yaml]}
store: {s3: {bucket: vault, secretRef: {name: s3}}}
`;

const RAFT = 'server:\n  ha:\n    enabled: true\n    replicas: 1\n    raft:\n      enabled: true\n';

/** The values with a raft configuration of its own. */
function withConfig(text: string): string {
  return `${RAFT}      config: |\n${text.replaceAll(/^/gm, '        ')}\n`;
}

function checked(values: string, config: string = CONFIG) {
  const loaded = loadConfig('lifeboat.yaml', config);
  const { chart: name, chartVersion } = loaded.config.release;
  const chart = findOfficialChart(chartNameOf(name), chartVersion);
  assert.ok(chart !== undefined);
  const { values: user, problems } = readUserValues(
    chart.values,
    [{ file: 'my.yaml', text: values }],
    loaded.source,
  );
  assert.deepEqual(problems, []);
  const facts = serverFacts(chart, user.effective, loaded.config.release);
  return { ...loaded, facts, user };
}

test('one raft server is taken as it is', () => {
  assert.deepEqual(contradictions(checked(RAFT)), []);
});

test('a standalone server with raft storage is taken', () => {
  const values =
    'server:\n  standalone:\n    config: |\n      storage "raft" {\n        path = "/vault/data/"\n      }\n';

  assert.deepEqual(contradictions(checked(values)), []);
});

interface Row {
  readonly name: string;
  readonly values: string;
  readonly config?: string;
  readonly says: RegExp;
  readonly file?: string;
  readonly line?: number;
  /** Whether it stops backups too. */
  readonly always?: true;
}

const ROWS: readonly Row[] = [
  {
    name: "the chart's default: one server with file storage",
    values: '{}',
    says: /stores in "file", and only raft storage has snapshots/,
    file: 'lifeboat.yaml',
    line: 4,
    always: true,
  },
  {
    name: 'storage in Consul',
    values: 'server:\n  ha: {enabled: true}\n',
    says: /stores in "consul"/,
    always: true,
  },
  {
    name: 'a configuration without storage',
    values: withConfig('ui = true'),
    says: /names no storage/,
    file: 'my.yaml',
    line: 7,
    always: true,
  },
  {
    name: 'a configuration that does not parse',
    values: withConfig('storage "raft" {'),
    says: /cannot be read: a bracket is not closed/,
    file: 'my.yaml',
    line: 7,
    always: true,
  },
  {
    name: 'dev mode',
    values: 'server:\n  dev:\n    enabled: true\n',
    says: /dev mode/,
    file: 'my.yaml',
    line: 3,
    always: true,
  },
  {
    name: 'a server elsewhere',
    values: 'global: {externalVaultAddr: "https://vault.example"}\n',
    says: /installs no server/,
    always: true,
  },
  {
    name: 'a server that is off',
    values: 'server: {enabled: false}\n',
    says: /installs no server/,
    always: true,
  },
  {
    name: 'another namespace',
    values: `global: {namespace: other}\n${RAFT}`,
    says: /into namespace other, and release\.namespace is vault/,
    always: true,
  },
  {
    name: 'TLS settings for a server without TLS',
    values: RAFT,
    config: `${CONFIG}vault: {tls: {serverName: vault.example}}\n`,
    says: /runs the server without TLS/,
    file: 'lifeboat.yaml',
    line: 6,
    always: true,
  },
  {
    name: 'three servers',
    values: RAFT.replace('replicas: 1', 'replicas: 3'),
    says: /3 servers: a restore of followers is not handled yet/,
    file: 'my.yaml',
    line: 4,
  },
  {
    name: "the chart's default number of servers",
    values: RAFT.replace('    replicas: 1\n', ''),
    says: /3 servers/,
    file: 'lifeboat.yaml',
  },
  {
    name: 'no data volume',
    values: `${RAFT}  dataStorage: {enabled: false}\n`,
    says: /no data volume/,
    file: 'my.yaml',
    line: 7,
  },
  {
    name: 'a folder below the data volume',
    values: withConfig('storage "raft" {\n  path = "/vault/data/raft"\n}'),
    says: /stores in \/vault\/data\/raft, and its data volume is mounted at \/vault\/data/,
  },
  {
    name: 'a data volume elsewhere',
    values: `${RAFT}  dataStorage: {mountPath: /data}\n`,
    says: /stores in \/vault\/data, and its data volume is mounted at \/data/,
  },
  {
    name: 'unseal shares for a server that unseals itself',
    values: withConfig('storage "raft" {\n  path = "/vault/data"\n}\nseal "awskms" {}'),
    config: `${CONFIG}restore: {unseal: {secretRef: {name: keys}}}\n`,
    says: /the server unseals itself \(seal "awskms"/,
    file: 'lifeboat.yaml',
    line: 6,
  },
  {
    name: 'a configuration file that cannot be seen',
    values: `${RAFT}  extraArgs: "-config=/vault/userconfig/seal.hcl"\n`,
    says: /reads more files than can be seen here \(\/vault\/userconfig\/seal\.hcl\)/,
  },
  {
    name: 'a liveness probe that kills a sealed server',
    values: `${RAFT}  livenessProbe: {enabled: true}\n`,
    says: /liveness probe kills/,
    file: 'my.yaml',
    line: 7,
  },
  {
    name: 'a shared process namespace',
    values: `${RAFT}  shareProcessNamespace: true\n`,
    says: /shared process namespace/,
  },
  {
    name: 'a hook that unseals',
    values: `${RAFT}  postStart: [/bin/sh, -c, "sleep 5; vault operator unseal $KEY"]\n`,
    says: /this hook initialises, unseals or restores/,
  },
  {
    name: 'a hook that is no list',
    values: `${RAFT}  postStart: "echo"\n`,
    says: /server\.postStart must be a list/,
  },
  {
    name: 'names of lifeboat',
    values: `${RAFT}  volumes: [{name: lifeboat-run, emptyDir: {}}]\n`,
    says: /the name lifeboat-run is taken/,
    file: 'my.yaml',
    line: 7,
  },
  {
    name: 'the folder of lifeboat',
    values: `${RAFT}  volumeMounts: [{name: mine, mountPath: /lifeboat/x}]\n`,
    says: /\/lifeboat\/x is taken/,
  },
  {
    name: 'a mount over the snapshots',
    values: `${RAFT}  volumeMounts: [{name: mine, mountPath: /backups/x}]\n`,
    config: CONFIG.replace(
      /store: .*/,
      'store: {directory: {path: /backups, volume: {nfs: {server: a, path: /b}}}}',
    ),
    says: /store\.directory\.path \/backups overlaps with \/backups\/x/,
  },
  {
    name: 'a secret in the environment',
    values: `${RAFT}  extraEnvironmentVars:\n    VAULT_TOKEN: hunter2\n`,
    says: /VAULT_TOKEN looks like a secret/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: 'a number that the chart would change',
    values: `${RAFT}  extraEnvironmentVars: {GOMEMLIMIT: 100000000}\n`,
    says: /would print this number in another form/,
  },
  {
    name: "OpenBao's initialize stanza",
    values: withConfig(
      'storage "raft" {\n  path = "/openbao/data"\n}\ninitialize "first" {\n  request "r" {}\n}',
    ),
    config: CONFIG.replace('chartVersion: 0.34.1', 'chart: openbao/openbao, chartVersion: 0.29.2'),
    says: /the stanza "initialize" makes a new Vault/,
  },
];

for (const row of ROWS) {
  test(`refuses ${row.name}`, () => {
    const problems: readonly Problem[] = contradictions(checked(row.values, row.config));

    assert.equal(
      problems.length,
      1,
      problems.map(({ message }) => message).join('\n') || 'nothing was refused',
    );
    assert.match(problems[0]?.message ?? '', row.says);
    if (row.file !== undefined) assert.equal(problems[0]?.file, row.file);
    if (row.line !== undefined) assert.equal(problems[0]?.line, row.line);
  });

  if (row.always !== true) {
    test(`backups alone do not mind ${row.name}`, () => {
      const config = (row.config ?? CONFIG).replace(/^restore: .*\n/m, '');

      assert.deepEqual(contradictions(checked(row.values, `${config}restore: {enabled: false}\n`)), []);
    });
  }
}

test('a secret in the environment is not shown', () => {
  const problems = contradictions(checked(`${RAFT}  extraEnvironmentVars: {VAULT_TOKEN: hunter2}\n`));

  assert.ok(!JSON.stringify(problems).includes('hunter2'));
});

test('the seal is told where it cannot be seen', () => {
  const values = `${RAFT}  extraArgs: "-config=/vault/userconfig/seal.hcl"\n`;

  assert.deepEqual(contradictions(checked(values, `${CONFIG}vault: {seal: auto}\n`)), []);
});

test('references of the chart in the configuration are followed', () => {
  const path = '{{ .Values.server.dataStorage.mountPath }}';
  const values = withConfig(
    `storage "raft" {\n  path = "${path}"\n  retry_join { leader_api_addr = "{{ include "x" . }}" }\n}`,
  );

  assert.deepEqual(contradictions(checked(values)), []);
});

test('warns of what does not stop anything', () => {
  const values = `${RAFT}  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n`;
  const config = CONFIG.replace(/store: .*/, 'store: {directory: {volume: {hostPath: {path: /b}}}}').replace(
    'tag: 0.1.0',
    'tag: latest',
  );

  const found = warnings(checked(values, config)).join('\n');

  assert.match(found, /whenDeleted: Delete/);
  assert.match(found, /hostPath is a folder of one node/);
  assert.match(found, /a tag that moves/);
});
