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

const LISTENER = 'listener "tcp" {\n  tls_disable = 1\n}\n';

/** The values with a raft configuration of its own, to which a listener is given where it names none. */
function withConfig(text: string): string {
  const whole = /listener/i.test(text) ? text : `${LISTENER}${text}`;
  return `${RAFT}      config: |\n${whole.replaceAll(/^/gm, '        ')}\n`;
}

function checked(values: string, config: string = CONFIG) {
  const loaded = loadConfig('lifeboat.yaml', config);
  const { chart: name, chartVersion } = loaded.config.release;
  const chart = findOfficialChart(chartNameOf(name), chartVersion);
  assert.ok(chart !== undefined);
  const { values: user, problems } = readUserValues(
    chart.values,
    [{ file: 'my.yaml', place: '/team/my.yaml', text: values }],
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
    'server:\n  standalone:\n    config: |\n      listener "tcp" {\n        tls_disable = true\n      }\n      storage "raft" {\n        path = "/vault/data/"\n      }\n';

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
    name: 'three servers that do not find each other',
    values: RAFT.replace('replicas: 1', 'replicas: 3'),
    says: /3 servers, and no retry_join leads to vault-0\.vault-internal, .*the empty ones would not find/,
    file: 'lifeboat.yaml',
  },
  {
    name: "the chart's default number of servers",
    values: RAFT.replace('    replicas: 1\n', ''),
    says: /3 servers/,
    file: 'lifeboat.yaml',
  },
  {
    name: 'a lost server that does not exist',
    values: RAFT,
    config: `${CONFIG}restore: {assumeLost: [1]}\n`,
    says: /there is no server 1: the values have 1/,
    file: 'lifeboat.yaml',
    line: 6,
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
    name: 'a path of the probe that lets only a sealed server live',
    values: `${RAFT}  livenessProbe:\n    enabled: true\n    path: "/v1/sys/health?sealedcode=200&uninitcode=501"\n`,
    says: /gives no code of success for uninitcode/,
    file: 'my.yaml',
    line: 9,
  },
  {
    name: 'a command of the probe that fails for a sealed server',
    values: `${RAFT}  livenessProbe: {enabled: true, execCommand: [sh, -c, vault status]}\n`,
    says: /kills a server that is sealed: the command status then ends with 2/,
    file: 'my.yaml',
    line: 7,
  },
  {
    name: 'a command of the probe that the chart does not know',
    values: `${RAFT}  livenessProbe: {enabled: true, execCommand: ["true"]}\n`,
    config: CONFIG.replace('0.34.1', '0.25.0'),
    says: /gives no code of success for sealedcode and uninitcode/,
    file: 'my.yaml',
    line: 7,
  },
  {
    name: 'a sidecar that unseals',
    values: `${RAFT}  extraContainers:\n    - {name: helper, command: [bank-vaults], args: [unseal, --init]}\n`,
    says: /the container helper initialises, unseals or restores/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: "a sidecar on the server's port",
    values: `${RAFT}  extraContainers:\n    - {name: proxy, ports: [{containerPort: 8200}]}\n`,
    says: /the container proxy listens on 8200, the server's own port/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: "an init container that stays, on the server's port",
    values: `${RAFT}  extraInitContainers:\n    - {name: mesh, restartPolicy: Always, ports: [{containerPort: 8201}]}\n`,
    says: /the container mesh listens on 8201/,
  },
  {
    name: 'two containers of a name',
    values: `${RAFT}  extraInitContainers: [{name: same}]\n  extraContainers: [{name: same}]\n`,
    says: /the container same is here twice/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: "a container of the server's name",
    values: `${RAFT}  extraContainers: [{name: vault}]\n`,
    says: /the container vault is the chart's own already/,
  },
  {
    name: 'two volumes of a name',
    values: `${RAFT}  volumes:\n    - {name: a, emptyDir: {}}\n    - {name: a, emptyDir: {}}\n`,
    says: /the volume a is here twice/,
    file: 'my.yaml',
    line: 9,
  },
  {
    name: "a volume of the chart's name",
    values: `${RAFT}  volumes: [{name: data, emptyDir: {}}]\n`,
    says: /the volume data is the chart's own already/,
  },
  {
    name: 'a volume that extraVolumes makes, made again',
    values: `${RAFT}  extraVolumes: [{type: secret, name: tls}]\n  volumes: [{name: userconfig-tls, emptyDir: {}}]\n`,
    says: /the volume userconfig-tls is the chart's own already/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: 'a mount without a volume',
    values: `${RAFT}  volumeMounts:\n    - {name: absent, mountPath: /x}\n`,
    says: /no volume is named absent/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: 'a mount without a volume in an init container',
    values: `${RAFT}  extraInitContainers:\n    - name: one\n      volumeMounts:\n        - {name: absent, mountPath: /x}\n`,
    says: /no volume is named absent/,
    file: 'my.yaml',
    line: 10,
  },
  {
    name: 'two mounts of a path, spelled differently',
    values: `${RAFT}  volumes: [{name: a, emptyDir: {}}]\n  volumeMounts:\n    - {name: a, mountPath: /x}\n    - {name: data, mountPath: /y/../x/}\n`,
    says: /\/x is the mountPath of data and of a/,
    file: 'my.yaml',
    line: 10,
  },
  {
    name: 'a mount over the data',
    values: `${RAFT}  volumes: [{name: a, emptyDir: {}}]\n  volumeMounts: [{name: a, mountPath: /vault/data/}]\n`,
    says: /\/vault\/data is the mountPath of a and of data/,
  },
  {
    name: 'a mount in what a restore renames',
    values: `${RAFT}  volumes: [{name: a, emptyDir: {}}]\n  volumeMounts: [{name: a, mountPath: /vault/data/raft/snapshots}]\n`,
    says: /\/vault\/data\/raft\/snapshots lies in what a restore renames/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: "a variable of lifeboat's",
    values: `${RAFT}  extraEnvironmentVars:\n    lifeboat.heap: "1"\n`,
    says: /the variable LIFEBOAT_HEAP is taken/,
    file: 'my.yaml',
  },
  {
    name: "a variable of lifeboat's out of a Secret",
    values: `${RAFT}  extraSecretEnvironmentVars:\n    - {envName: LIFEBOAT_CONFIG, secretName: a, secretKey: b}\n`,
    says: /the variable LIFEBOAT_CONFIG is taken/,
    file: 'my.yaml',
    line: 8,
  },
  {
    name: 'dev mode by an argument',
    values: `${RAFT}  extraArgs: "-log-level=debug -dev"\n`,
    says: /dev mode/,
    file: 'my.yaml',
    line: 7,
    always: true,
  },
  {
    name: "OpenBao's initialize stanza in JSON, in other letters",
    values: withConfig(
      '{"listener": [{"tcp": {"tls_disable": "true"}}], "storage": {"raft": {"path": "/openbao/data"}}, "Initialize": {"first": {"request": {"r": {}}}}}',
    ),
    config: CONFIG.replace('chartVersion: 0.34.1', 'chart: openbao/openbao, chartVersion: 0.29.2'),
    says: /the stanza "initialize" makes a new Vault/,
    file: 'my.yaml',
  },
  {
    name: 'a seal that is nowhere',
    values: RAFT,
    config: `${CONFIG}vault: {seal: auto}\n`,
    says: /vault\.seal is auto, and neither server\.ha\.raft\.config nor a variable names a seal/,
    file: 'lifeboat.yaml',
    line: 6,
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
    values: `${RAFT}  volumes: [{name: mine, emptyDir: {}}]
  volumeMounts:
    - {name: mine, mountPath: /lifeboat/../lifeboat//x/}\n`,
    says: /\/lifeboat\/x is taken/,
    file: 'my.yaml',
    line: 9,
  },
  {
    name: 'a mount over the snapshots',
    values: `${RAFT}  volumes: [{name: mine, emptyDir: {}}]
  volumeMounts: [{name: mine, mountPath: /backups/x}]\n`,
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

test('a configuration that cannot be read is taken where lifeboat.yaml says the seal, and warned of', () => {
  const given = checked(withConfig('storage "raft" {'), `${CONFIG}vault: {seal: auto}\n`);

  assert.deepEqual(contradictions(given), []);
  assert.match(warnings(given).join('\n'), /so nothing in it was checked/);
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
  assert.match(found, /admits no volume of kind hostPath/);
});

const WARNED: readonly (readonly [name: string, values: string, says: RegExp])[] = [
  [
    'a hook that cannot be seen',
    '  postStart: [/vault/userconfig/hook/run.sh]\n',
    /what your hook runs cannot be seen/,
  ],
  [
    'an image that unseals',
    '  extraContainers: [{name: u, image: "ghcr.io/bank-vaults/bank-vaults:1"}]\n',
    /server\.extraContainers\.0: the image of the container u looks like one/,
  ],
  [
    'a command of the probe',
    '  livenessProbe: {enabled: true, execCommand: [/alive]}\n',
    /execCommand: make sure that it lets a sealed/,
  ],
  [
    'claims that go with their replica',
    '  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n',
    /whenScaled: Delete removes the data with the replica/,
  ],
  ["the node's network", '  hostNetwork: true\n', /every process of the node can reach it/],
  [
    'a variable twice',
    '  extraEnvironmentVars: {A_B: x}\n  extraSecretEnvironmentVars: [{envName: A_B, secretName: s, secretKey: k}]\n',
    /the variable A_B twice/,
  ],
  [
    'a pod without a group for its files',
    '  statefulSet: {securityContext: {pod: {runAsUser: 100}}}\n',
    /without fsGroup/,
  ],
];

for (const [name, values, says] of WARNED) {
  test(`warns of ${name}, and refuses nothing`, () => {
    const given = checked(`${RAFT}${values}`);

    assert.deepEqual(contradictions(given), []);
    assert.match(warnings(given).join('\n'), says);
    assert.doesNotMatch(warnings(checked(RAFT)).join('\n'), says);
  });
}

const NO_IDENTITY = CONFIG.replace(', secretRef: {name: s3}', '');
const BACKUP_HAS_NEITHER = /the backup has neither store\.(\w+)\.secretRef nor store\.\1\.(\w+)/;

for (const [kind, store, key] of [
  ['s3', '{s3: {bucket: vault}}', 'roleArn'],
  ['gcs', '{gcs: {bucket: vault}}', 'backupServiceAccount'],
  ['azure', '{azure: {account: vaultsnapshots, container: vault}}', 'backupClientId'],
]) {
  test(`warns of a backup without an identity at ${kind}`, () => {
    const config = CONFIG.replace(/store: .*/, `store: ${store}`);
    const found = BACKUP_HAS_NEITHER.exec(warnings(checked(RAFT, config)).join('\n'));
    assert.deepEqual([found?.[1], found?.[2]], [kind, key]);
  });
}

for (const [name, config] of [
  ['a Secret', CONFIG],
  ['a role', CONFIG.replace('secretRef: {name: s3}', 'roleArn: "arn:aws:iam::123456789012:role/b"')],
  ['an annotation of its own', `${NO_IDENTITY}backup: {serviceAccount: {annotations: {who: b}}}\n`],
  ['no schedule', `${NO_IDENTITY}backup: {enabled: false}\n`],
] as const) {
  test(`a backup with ${name} lacks no identity`, () => {
    assert.doesNotMatch(warnings(checked(RAFT, config)).join('\n'), BACKUP_HAS_NEITHER);
  });
}

const THREE = RAFT.replace('replicas: 1', 'replicas: 3');

test('three servers are told the key that joins them, and the lines', () => {
  const [problem] = contradictions(checked(THREE));

  assert.match(problem?.hint ?? '', /^Set vault\.raftConfig: render .*\n.*retry_join \{/);
  assert.deepEqual(contradictions(checked(THREE, `${CONFIG}vault: {raftConfig: render}\n`)), []);
  assert.deepEqual(contradictions(checked(THREE, `${CONFIG}restore: {enabled: false}\n`)), []);
});

test('a lost server is only assumed where it exists, and never without a warning', () => {
  const config = `${CONFIG}vault: {raftConfig: render}\nrestore: {assumeLost: [2]}\n`;

  assert.deepEqual(contradictions(checked(THREE, config)), []);
  assert.match(
    warnings(checked(THREE, config)).join('\n'),
    /restore\.assumeLost: .*vault-2 may still have newer data/,
  );
  const [problem] = contradictions(checked(THREE, config.replace('[2]', '[3]')));
  assert.match(
    `${problem?.message} ${problem?.hint}`,
    /no server 3: the values have 3 Name ordinals from 1 to 2/,
  );
});
