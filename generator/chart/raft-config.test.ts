import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { stanzasOf } from '../../contract/config-stanzas.ts';
import { loadConfig } from '../config/load.ts';
import { raftConfigProblems, raftConfigWarnings } from './check-raft-config.ts';
import { findOfficialChart } from './official-charts.ts';
import { NoRaftConfig, raftConfigWithPeers } from './raft-config.ts';
import { missingPeers } from './retry-join.ts';
import { serverFacts } from './server-facts.ts';
import { readUserValues } from './user-values.ts';

interface Given {
  readonly config: unknown;
  readonly replicas?: number;
  readonly tls?: boolean;
  readonly vault?: object;
  readonly env?: object;
}

function given({ config, replicas = 3, tls = false, vault = {}, env = {} }: Given) {
  const values = {
    global: { tlsDisable: !tls },
    server: { extraEnvironmentVars: env, ha: { enabled: true, replicas, raft: { enabled: true, config } } },
  };
  const file = {
    version: 1,
    name: 'payments',
    image: { repository: 'registry.example/lifeboat' },
    release: { name: 'vault', namespace: 'vault', chartVersion: '0.34.1', values: ['my.yaml'] },
    store: { s3: { bucket: 'snapshots' } },
    vault: { raftConfig: 'render', ...vault },
    restore: { enabled: false },
  };
  const loaded = loadConfig('lifeboat.yaml', stringify(file));
  const chart = findOfficialChart('vault', '0.34.1');
  assert.ok(chart !== undefined);
  const text = stringify(values);
  const { values: user } = readUserValues(
    chart.values,
    [{ file: 'my.yaml', place: 'my.yaml', text }],
    loaded.source,
  );
  return { ...loaded, user, facts: serverFacts(chart, user.effective, loaded.config.release) };
}

const LISTENER = `listener "tcp" { # mine
\taddress = "[::]:8200"
\ttls_disable = 1
}
`;
const SEAL = 'seal  "awskms"   { kms_key_id="alias/x" } // one line\n';
const THEIRS = `${LISTENER}storage "raft" {
  path    = "/vault/data" # {} }
  retry_join { leader_api_addr = "http://vault-0.vault-internal:8200" }
}
${SEAL}telemetry {
    disable_hostname=true
}
`;

test('each server that no retry_join leads to gets one, and no other byte changes', () => {
  const { facts, config } = given({ config: THEIRS });

  const text = raftConfigWithPeers(facts, config.tls);

  const added = `  retry_join {
    leader_api_addr = "http://vault-1.vault-internal:8200"
  }
  retry_join {
    leader_api_addr = "http://vault-2.vault-internal:8200"
  }
`;
  assert.equal(text.replace(added, ''), THEIRS);
  assert.ok(text.includes(`:8200" }\n${added}}\n${SEAL}`));
});

test('what was rendered is complete: rendered again it stays as it is', () => {
  const { facts, config } = given({ config: THEIRS });
  const once = raftConfigWithPeers(facts, config.tls);
  const again = given({ config: once });

  assert.deepEqual(missingPeers(again.facts), []);
  assert.equal(raftConfigWithPeers(again.facts, config.tls), once);
  assert.deepEqual(raftConfigWarnings(again), []);
});

test('templates of the chart stay, whatever stands in them', () => {
  const theirs = `${LISTENER}storage "raft" { path = "{{ .Values.server.dataStorage.mountPath | default "}" }}" }\n`;
  const { facts, config } = given({ config: theirs, replicas: 2 });

  const text = raftConfigWithPeers(facts, config.tls);

  assert.ok(text.startsWith(theirs.replace(' }\n', '\n')), text);
  assert.equal(text.match(/retry_join/g)?.length, 2);
});

test('a configuration in JSON gets them in its list', () => {
  const json = {
    listener: [{ tcp: { tls_disable: 'true' } }],
    storage: {
      raft: { path: '/vault/data', retry_join: { leader_api_addr: 'http://vault-1.vault-internal:8200' } },
    },
    seal: { awskms: { kms_key_id: 'alias/x' } },
  };
  const { facts, config } = given({ config: JSON.stringify(json) });

  const { storage, ...rest } = JSON.parse(raftConfigWithPeers(facts, config.tls)) as typeof json;

  const { storage: theirs, ...others } = json;
  assert.deepEqual(rest, others);
  assert.equal(storage.raft.path, theirs.raft.path);
  assert.deepEqual(storage.raft.retry_join, [
    { leader_api_addr: 'http://vault-1.vault-internal:8200' },
    { leader_api_addr: 'http://vault-0.vault-internal:8200' },
    { leader_api_addr: 'http://vault-2.vault-internal:8200' },
  ]);
});

const TLS_LISTENER = `listener "tcp" {
  address = "[::]:8200"
  tls_cert_file = "/tls/tls.crt"
  tls_key_file = "/tls/tls.key"
  tls_client_ca_file = "/tls/ca.crt"
  tls_require_and_verify_client_cert = true
}
`;

test('with TLS the lines are as the listener and lifeboat.yaml show it', () => {
  const { facts, config } = given({
    config: `${TLS_LISTENER}storage "raft" {\n  path = "/vault/data"\n}\n`,
    tls: true,
    vault: { tls: { serverName: 'vault.example' } },
  });

  const [storage] = stanzasOf(raftConfigWithPeers(facts, config.tls), 'storage');

  const joins = storage?.body.bodies('retry_join') ?? [];
  assert.equal(joins.length, 3);
  for (const [key, value] of [
    ['leader_tls_servername', 'vault.example'],
    ['leader_ca_cert_file', '/tls/ca.crt'],
    ['leader_client_cert_file', '/tls/tls.crt'],
    ['leader_client_key_file', '/tls/tls.key'],
  ] as const) {
    assert.equal(joins[2]?.text(key), value);
  }
  assert.match(joins[2]?.text('leader_api_addr') ?? '', /^https:\/\/vault-2\./);
});

test('with TLS the lines are as those of a retry_join that is there', () => {
  const theirs = `${TLS_LISTENER}storage "raft" {
  path = "/vault/data"
  retry_join {
    leader_api_addr = "https://vault-0.vault-internal:8200"
    leader_ca_cert_file = "/other/ca.crt"
  }
}
`;
  const { facts, config } = given({ config: theirs, tls: true, env: { VAULT_CACERT: '/env/ca.crt' } });

  const [storage] = stanzasOf(raftConfigWithPeers(facts, config.tls), 'storage');

  const last = storage?.body.bodies('retry_join').at(-1);
  assert.equal(last?.text('leader_ca_cert_file'), '/other/ca.crt');
  assert.equal(last?.has('leader_client_cert_file'), false);
});

const raft = (body: string) => `${LISTENER}storage "raft" {\n${body}\n}\n`;
const ALL_FOUND: readonly (readonly [name: string, body: string])[] = [
  ['discovery by the API of Kubernetes', 'retry_join {\n auto_join = "provider=k8s namespace=vault"\n}'],
  ['a Service that has them all', 'retry_join {\n leader_api_addr = "http://vault-active:8200"\n}'],
  ['a template', 'retry_join {\n leader_api_addr = "http://{{ .Release.Name }}-{{ .Values.x }}:8200"\n}'],
  [
    'a list',
    'retry_join = [{ leader_api_addr = "http://vault-0.x:8200" }, { leader_api_addr = "http://vault-1.x" }, { leader_api_addr = "http://vault-2.y" }]',
  ],
];
for (const [name, body] of ALL_FOUND) {
  test(`nobody is missing with ${name}`, () => {
    assert.deepEqual(missingPeers(given({ config: raft(body) }).facts), []);
  });
}

test('one server needs nobody', () => {
  const { facts, config } = given({ config: raft('path = "/vault/data"'), replicas: 1 });

  assert.equal(raftConfigWithPeers(facts, config.tls), raft('path = "/vault/data"'));
});

test('the lines to add are in the warning where nothing is rendered', () => {
  const kept = given({ config: THEIRS, vault: { raftConfig: 'keep' } });

  const said = raftConfigWarnings(kept).join('\n');

  assert.match(said, /no retry_join leads to vault-1\.vault-internal, vault-2\.vault-internal/);
  assert.match(
    said,
    /\n {4}retry_join \{\n {6}leader_api_addr = "http:\/\/vault-1\.vault-internal:8200"\n {4}\}/,
  );
  assert.deepEqual(raftConfigProblems(kept), []);
});

const NOT_RENDERED: readonly (readonly [name: string, config: unknown, says: RegExp])[] = [
  [
    'a map',
    { storage: { raft: { path: '/vault/data' } }, listener: { tcp: { tls_disable: 1 } } },
    /it is a map/,
  ],
  [
    'another form of storage',
    `${LISTENER}storage = { raft = { path = "/vault/data" } }`,
    /not written as storage "raft"/,
  ],
  [
    'templates between the lines',
    `${raft('path = "/x"')}{{- if .Values.x }}\nui = true\n{{- end }}\n`,
    /expected "="/,
  ],
];
for (const [name, config, says] of NOT_RENDERED) {
  test(`says why it does not render ${name}`, () => {
    const input = given({ config });

    const problems = raftConfigProblems(input);
    assert.match(problems[0]?.message ?? '', says);
    assert.equal(problems[0]?.file, 'lifeboat.yaml');
    assert.throws(() => raftConfigWithPeers(input.facts, undefined));
  });
}

test('without raft in HA mode there is nothing to render', () => {
  const { facts } = given({ config: THEIRS });
  const other = { ...facts, config: { ...facts.config, path: 'server.standalone.config' } };

  assert.throws(() => raftConfigWithPeers(other, undefined), NoRaftConfig);
});

const LISTENERS: readonly (readonly [name: string, config: string, tls: boolean, says: RegExp])[] = [
  ['no listener', 'storage "raft" {\n path = "/vault/data"\n}', false, /names no listener "tcp"/],
  ['another port', raft('').replace(':8200', ':8300'), false, /listens on 8300/],
  [
    'TLS that the chart does not know',
    `${TLS_LISTENER}storage "raft" {}`,
    false,
    /by http \(global\.tlsDisable is true\)/,
  ],
  ['no TLS where the chart wants it', raft(''), true, /by https \(global\.tlsDisable is false\)/],
];
for (const [name, config, tls, says] of LISTENERS) {
  test(`names ${name} in my.yaml, with what to add`, () => {
    const [problem, ...more] = raftConfigProblems(given({ config, tls, vault: { raftConfig: 'keep' } }));

    assert.deepEqual(more, []);
    assert.match(problem?.message ?? '', says);
    assert.match(problem?.hint ?? '', /listener/);
    assert.equal(problem?.file, 'my.yaml');
    assert.ok((problem?.line ?? 0) > 1);
  });
}

test('one listener of several is enough', () => {
  const both = `${TLS_LISTENER}${LISTENER.replace(':8200', ':8210')}storage "raft" {}`;

  assert.deepEqual(raftConfigProblems(given({ config: both, tls: true, vault: { raftConfig: 'keep' } })), []);
});

test('a secret in the stanza of a seal is named, not shown; a disabled seal is named too', () => {
  const seal = 'seal "transit" {\n token = "s.secret-token"\n disabled = "true"\n}\n';
  const said = raftConfigWarnings(given({ config: `${raft('')}${seal}` })).join('\n');

  assert.match(said, /the seal "transit" holds token as plain text/);
  assert.match(said, /the seal "transit" is disabled, so a seal migration/);
  assert.ok(!said.includes('s.secret-token'));
});

test('what cannot be read is a warning for backups alone, and for a restore that knows the seal', () => {
  const broken = given({ config: 'storage "raft" {', vault: { raftConfig: 'keep' } });

  assert.deepEqual(raftConfigProblems(broken), []);
  assert.match(
    raftConfigWarnings(broken).join('\n'),
    /cannot be read \(a bracket is not closed\), so nothing in it was checked/,
  );
});
