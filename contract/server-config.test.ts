import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { hclItems } from './hcl-items.ts';
import { fillPlaceholders, privateServerConfig, sealTypeOf, storageOf } from './server-config.ts';

const SERVER = { path: '/data/.lifeboat/attempt-1/data', port: 40001, clusterPort: 40002 };

const SEAL = `seal "transit" {
  address    = "https://vault.example:8200" # the one that unseals
  token      = "s.in-the-file"
  key_name   = "unseal {of} prod"
  mount_path = "transit/"
}`;

const HCL = `ui = true
cluster_name = "prod"
disable_mlock = true
plugin_directory = "/usr/local/libexec/vault"
license_path = "/vault/userconfig/licence/licence.hclic"
log_level = "debug"
log_file = "/var/log/vault.log"
pid_file = "/run/vault.pid"
api_addr = "https://POD_IP:8200"
cluster_addr = "https://HOSTNAME.vault-internal:8201"
default_lease_ttl = "768h"

listener "tcp" {
  address = "[::]:8200"
  tls_cert_file = "/vault/userconfig/tls/tls.crt"
  telemetry {
    unauthenticated_metrics_access = "true"
  }
}
listener "tcp" {
  address = "127.0.0.1:8202"
  tls_disable = 1
}

storage "raft" {
  path = "/vault/data"
  node_id = "HOSTNAME"
  max_entry_size = "2097152"
  snapshot_threshold = 8192
  performance_multiplier = 8
  autopilot_redundancy_zone = "a"
  retry_join {
    leader_api_addr = "https://vault-0.vault-internal:8200"
    leader_ca_cert = <<EOT
-----BEGIN CERTIFICATE-----
}
-----END CERTIFICATE-----
EOT
  }
  retry_join { leader_api_addr = "https://vault-1.vault-internal:8200" }
}

${SEAL}

telemetry {
  prometheus_retention_time = "30s"
}
service_registration "kubernetes" {}
replication { resolver_discover_servers = true }
initialize "identity" {
  request "mount" { operation = "update" }
}
reporting { license { enabled = false } }
`;

const JSON_CONFIG = {
  ui: true,
  disable_mlock: true,
  plugin_directory: '/plugins',
  listener: [{ tcp: { address: '[::]:8200' } }, { tcp: { address: '[::]:8202' } }],
  storage: {
    raft: {
      path: '/openbao/data',
      node_id: 'n0',
      max_entry_size: '2097152',
      retry_join: [{ leader_api_addr: 'http://openbao-1:8200' }],
    },
  },
  seal: [{ awskms: { region: 'eu-central-1', kms_key_id: 'k' } }],
  service_registration: { kubernetes: {} },
  telemetry: { disable_hostname: true },
  cluster_addr: 'https://x:8201',
};

function derived(text: string): { readonly kept: string; readonly ours: string; readonly storage: string } {
  const files = privateServerConfig([{ name: '0-server.hcl', text }], SERVER);
  const ours = files.find(({ name }) => name === 'lifeboat.hcl')?.text ?? '';
  const kept = files.find(({ name }) => name === '0-server.hcl')?.text ?? '';
  const storage = hclItems(ours).find(({ name }) => name === 'storage')?.body ?? '';
  return { kept, ours, storage };
}

const namesOf = (text: string) => hclItems(text).map(({ name }) => name);

test('storage and seal are read out of HCL and out of JSON', () => {
  assert.deepEqual(storageOf(HCL), { type: 'raft', path: '/vault/data', nodeId: 'HOSTNAME' });
  assert.deepEqual(storageOf(JSON.stringify(JSON_CONFIG)), {
    type: 'raft',
    path: '/openbao/data',
    nodeId: 'n0',
  });
  assert.deepEqual(storageOf('backend "file" {\n path = "/f"\n}')?.type, 'file');
  assert.equal(storageOf('ui = true\r\n'), undefined);
  assert.equal(storageOf('{"ui": true}'), undefined);
  assert.equal(sealTypeOf(HCL), 'transit');
  assert.equal(sealTypeOf(JSON.stringify(JSON_CONFIG)), 'awskms');
});

test('a seal that is disabled, commented out or called shamir means Shamir', () => {
  for (const text of [
    '',
    '# seal "awskms" {}',
    'seal "awskms" {\n  disabled = "true"\n  region = "x"\n}',
    'seal "awskms" { disabled = true }',
    'seal "shamir" {}',
    '{"seal": {"awskms": {"disabled": "true"}}}',
    '{"seal": [{"awskms": {"disabled": true}}]}',
    '{"seal": {"shamir": {}}}',
  ])
    assert.equal(sealTypeOf(text), undefined, text);
  const migrating = 'seal "awskms" { disabled = "true" }\nseal "gcpckms" { project = "disabled = true" }';
  assert.equal(sealTypeOf(migrating), 'gcpckms');
  assert.equal(sealTypeOf('seal "awskms" { disabled = "false" }'), 'awskms');
});

test('the private server keeps seal, plugins, mlock, licence and limits, as they were written', () => {
  const { kept } = derived(HCL);

  assert.deepEqual(namesOf(kept), [
    'disable_mlock',
    'plugin_directory',
    'license_path',
    'log_level',
    'cluster_addr',
    'default_lease_ttl',
    'seal',
  ]);
  assert.ok(kept.includes(SEAL));
});

test('the private server has its own listener and folder, and nothing by which others would find it', () => {
  const { kept, ours, storage } = derived(HCL);

  assert.doesNotMatch(
    kept + ours,
    /retry_join|leader_api_addr|kubernetes|telemetry|initialize|POD_IP|8202|vault\.log/,
  );
  assert.deepEqual(namesOf(ours), ['storage', 'listener', 'api_addr', 'ui']);
  assert.match(ours, /address = "127\.0\.0\.1:40001"/);
  assert.match(ours, /cluster_address = "127\.0\.0\.1:40002"/);
  const raft = new Map(hclItems(storage).map(({ name, body }) => [name, body]));
  assert.deepEqual(
    [...raft],
    [
      ['path', '"/data/.lifeboat/attempt-1/data"'],
      ['performance_multiplier', '"1"'],
      ['node_id', '"HOSTNAME"'],
      ['max_entry_size', '"2097152"'],
      ['snapshot_threshold', '8192'],
    ],
  );
});

test('a configuration in JSON is derived by the same rules', () => {
  const { kept, storage } = derived(JSON.stringify(JSON_CONFIG));

  assert.deepEqual(JSON.parse(kept), {
    // The real one: it becomes part of the restored raft configuration.
    cluster_addr: 'https://x:8201',
    disable_mlock: true,
    plugin_directory: '/plugins',
    seal: [{ awskms: { region: 'eu-central-1', kms_key_id: 'k' } }],
  });
  assert.deepEqual(namesOf(storage), ['path', 'performance_multiplier', 'node_id', 'max_entry_size']);
});

test('several files are derived each by itself, and a file of which nothing is left is not written', () => {
  const files = privateServerConfig(
    [
      { name: '0-server.hcl', text: 'listener "tcp" {}\r\nstorage "raft" {\r\n  node_id = "n"\r\n}\r\n' },
      { name: '1-server.json', text: '{"ui": true}' },
      { name: '2-server.hcl', text: 'disable_mlock = true\r\n' },
    ],
    SERVER,
  );

  assert.deepEqual(
    files.map(({ name }) => name),
    ['2-server.hcl', 'lifeboat.hcl'],
  );
  assert.match(files[1]?.text ?? '', /node_id = "n"/);
});

test('a path with quotes and backslashes stays one string', () => {
  const path = '/da"ta\\x/{a}';
  const ours = privateServerConfig([], { ...SERVER, path })[0]?.text ?? '';

  assert.deepEqual(namesOf(ours), ['storage', 'listener', 'api_addr', 'ui']);
});

test('a broken configuration is refused without quoting it: it may hold the token of a seal', () => {
  for (const text of [
    '{"seal": {"transit": {"token": "s.in-the-file" x}}}',
    '{"seal": {"transit": {"token": "s.in-the-file',
    '{"seal": {"transit": {"token": s.in-the-file}}}',
    'seal "transit" {\n  token = "s.in-the-file\n}',
  ]) {
    for (const read of [storageOf, sealTypeOf, (t: string) => derived(t)])
      assert.throws(
        () => read(text),
        (error) => error instanceof Error && !/in-the|s\.in/.test(`${error.message} ${error.stack}`),
      );
  }
});

const ENV = {
  HOST_IP: '10.0.0.1',
  POD_IP: '10.1.2.3',
  HOSTNAME: 'vault-0',
  API_ADDR: '',
  RAFT_ADDR: undefined,
};

test('placeholders are filled everywhere, where the variable is set and not empty', () => {
  assert.equal(
    fillPlaceholders('a = "HOST_IP HOSTNAME-HOSTNAME" b = "https://POD_IP API_ADDR RAFT_ADDR"', ENV),
    'a = "10.0.0.1 vault-0-vault-0" b = "https://10.1.2.3 API_ADDR RAFT_ADDR"',
  );
  assert.equal(fillPlaceholders('HOSTNAME', { HOSTNAME: '$& $1 $$' }), '$& $1 $$');
});

test("placeholders come out as of the chart's own lines of sed", () => {
  const names = ['HOST_IP', 'POD_IP', 'HOSTNAME', 'API_ADDR', 'TRANSIT_ADDR', 'RAFT_ADDR'];
  // The chart's start script, one line for each, in this order.
  const script = names.map((name) => `s|${name}|\${${name}?}|g`);
  const lines = script.map((line, i) => `if [ -n "\${${names[i]}}" ]; then sed -Ei "${line}" "$1"; fi`);
  const program = `f=$(mktemp); cat > "$f"; set -- "$f"; ${lines.join('; ')}; cat "$f"; rm "$f"`;
  const value = fc.string({ unit: fc.constantFrom(...'ab0.:-_/[]HOST_IP'), maxLength: 8 });
  const piece = fc.constantFrom(...names, '"', '{', ' = ', '\n', 'X', 'HOST', '_IP', 'https://');

  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(value, { minLength: 6, maxLength: 6 }),
      (pieces, values) => {
        const text = `${pieces.join('')}\n`;
        const env = Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
        const bySed = execFileSync('/bin/sh', ['-c', program], {
          input: text,
          env: { PATH: process.env.PATH, ...env },
        });
        assert.equal(fillPlaceholders(text, env), bySed.toString());
      },
    ),
    { numRuns: 60 },
  );
});

describe('a configuration that is written in an unusual way', () => {
  // Both servers take each of these: seen on Vault 1.21.1 and OpenBao 2.7.2.
  const server = { path: '/attempt', port: 1, clusterPort: 2 };
  const derived = (text: string) => privateServerConfig([{ name: 'a.hcl', text }], server).map((f) => f.text);

  it('several items in one line: what must go does not stay behind what may stay', () => {
    const [kept = '', ours = ''] = derived(
      'disable_mlock = true listener "tcp" { address = "[::]:8200" } log_level = "info"\n' +
        'storage "raft" { node_id = "v0" retry_join { leader_api_addr = "http://v1:8200" } path = "/vault/data" }',
    );
    assert.equal(kept, 'disable_mlock = true\nlog_level = "info"\n');
    assert.match(ours, /node_id = "v0"\n/);
    assert.doesNotMatch(ours, /retry_join|vault\/data/);
  });

  it('names in other letters: HCL', () => {
    const text =
      'Listener "tcp" { address = "[::]:8200" }\nSTORAGE "raft" { Path = "/vault/data"\n Node_ID = "v0"\n Retry_Join {} }';
    const [ours = '', ...more] = derived(text);
    assert.deepEqual(more, []);
    assert.match(ours, /Node_ID = "v0"/);
    assert.doesNotMatch(ours, /Retry_Join|vault\/data|8200/);
    assert.deepEqual(storageOf(text), { type: 'raft', path: '/vault/data', nodeId: 'v0' });
    assert.equal(sealTypeOf('Seal "transit" { Disabled = "true" }'), undefined);
    assert.equal(sealTypeOf('Seal "transit" {}'), 'transit');
  });

  it('names in other letters: JSON', () => {
    const text =
      '{"Listener":{"tcp":{}},"Storage":{"raft":{"Path":"/vault/data","Retry_Join":"x","Node_id":"v0"}}}';
    const [ours = '', ...more] = derived(text);
    assert.deepEqual(more, []);
    assert.match(ours, /Node_id = "v0"/);
    assert.doesNotMatch(ours, /Retry_Join|vault\/data/);
    assert.deepEqual(storageOf(text), { type: 'raft', path: '/vault/data', nodeId: 'v0' });
    assert.equal(sealTypeOf('{"SEAL":{"awskms":{}}}'), 'awskms');
  });
});
