import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';
import { staticKey } from './static-key.ts';
import type { Store } from './store.ts';
import { storeIdentity } from './store-identity.ts';

const BACKUP = '6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c';
const RESTORE = '1c2d3e4f-5a6b-4c7d-9e8f-a0b1c2d3e4f5';

function storeFrom(store: string): Store {
  const text = [
    'version: 1',
    'name: payments-vault',
    'image: {repository: registry.example/lifeboat}',
    'release: {name: vault, namespace: vault, chartVersion: 0.34.1}',
    `store: ${store}`,
    '',
  ].join('\n');
  return loadConfig('lifeboat.yaml', text).config.store;
}

test('Google and Azure stores get their defaults', () => {
  assert.deepEqual(storeFrom('{gcs: {bucket: vault-snapshots, prefix: /a/b/, secretRef: {name: google}}}'), {
    gcs: { bucket: 'vault-snapshots', prefix: 'a/b', secret: 'google' },
  });
  assert.deepEqual(storeFrom('{azure: {account: vaults, container: snapshots, secretRef: {name: azure}}}'), {
    azure: {
      account: 'vaults',
      container: 'snapshots',
      prefix: '',
      secret: { name: 'azure', key: 'AZURE_STORAGE_KEY' },
    },
  });
});

for (const [store, says] of [
  ['{gcs: {bucket: Vault}}', /store\.gcs\.bucket must be the name of a bucket: lower-case/],
  ['{gcs: {bucket: vaults, backupServiceAccount: vault-backup}}', /must be the address of a Google service/],
  ['{gcs: {bucket: vaults, endpoint: "https://me:pw@example"}}', /endpoint/],
  ['{azure: {account: my-vaults, container: snapshots}}', /must be the name of a storage account/],
  ['{azure: {account: vaults, container: a--b}}', /must be the name of a container/],
  ['{azure: {account: vaults}}', /store\.azure\.container is missing/],
  ['{azure: {account: vaults, container: snapshots, backupClientId: backup}}', /must be an id such as/],
  [
    '{azure: {account: vaults, container: snapshots, secretRef: {name: azure, key: KEY}}}',
    /must be one of AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_KEY/,
  ],
  ['{azure: {account: vaults, container: snapshots, accountKey: abc}}', /accountKey would hold a secret/],
  [
    '{s3: {bucket: vault}, gcs: {bucket: vault}}',
    /exactly one of s3, gcs, azure, directory; it names s3 and gcs/,
  ],
] as const) {
  test(`refuses ${store}`, () => {
    assert.throws(
      () => storeFrom(store),
      (error) => {
        assert.ok(error instanceof ConfigError);
        const messages = error.problems.map(({ message }) => message).join('\n');
        assert.match(messages, says);
        assert.doesNotMatch(messages, /me:pw/);
        return true;
      },
    );
  });
}

test("the server's pods may have a key of their own; otherwise both read the same Secret", () => {
  const names = (store: string) => {
    const read = storeFrom(store);
    return [staticKey(read, 'backup')?.name, staticKey(read, 'restore')?.name];
  };
  for (const [kind, base] of [
    ['s3', 'bucket: vaults'],
    ['gcs', 'bucket: vaults'],
    ['azure', 'account: vaults, container: snapshots'],
  ]) {
    const own = 'restoreSecretRef: {name: reads}';
    const shared = 'secretRef: {name: writes}';

    assert.deepEqual(names(`{${kind}: {${base}, ${shared}}}`), ['writes', 'writes']);
    assert.deepEqual(names(`{${kind}: {${base}, ${shared}, ${own}}}`), ['writes', 'reads']);
    assert.deepEqual(names(`{${kind}: {${base}, ${own}}}`), [undefined, 'reads']);
    assert.deepEqual(names(`{${kind}: {${base}}}`), [undefined, undefined]);
  }
});

test('a pod is its own identity in each cloud, and none where a key is mounted', () => {
  const azure = `account: vaults, container: snapshots, backupClientId: ${BACKUP}, restoreClientId: ${RESTORE}`;
  const gcs =
    'bucket: vaults, backupServiceAccount: vault-backup@payments.iam.gserviceaccount.com, restoreServiceAccount: vault-restore@payments.iam.gserviceaccount.com';
  const of = (store: string, who: 'backup' | 'restore') => storeIdentity({ store: storeFrom(store) }, who);

  assert.deepEqual(of(`{gcs: {${gcs}}}`, 'backup'), {
    annotations: { 'iam.gke.io/gcp-service-account': 'vault-backup@payments.iam.gserviceaccount.com' },
    podLabels: {},
  });
  assert.deepEqual(of(`{gcs: {${gcs}}}`, 'restore').annotations, {
    'iam.gke.io/gcp-service-account': 'vault-restore@payments.iam.gserviceaccount.com',
  });
  assert.deepEqual(of(`{azure: {${azure}, tenantId: ${BACKUP}}}`, 'restore'), {
    annotations: {
      'azure.workload.identity/client-id': RESTORE,
      'azure.workload.identity/tenant-id': BACKUP,
    },
    podLabels: { 'azure.workload.identity/use': 'true' },
  });
  for (const store of [
    `{azure: {${azure}, secretRef: {name: azure}}}`,
    `{gcs: {${gcs}, secretRef: {name: google}}}`,
    '{s3: {bucket: vaults}}',
    '{directory: {volume: {nfs: {server: n, path: /x}}}}',
  ]) {
    assert.deepEqual(of(store, 'backup'), { annotations: {}, podLabels: {} }, store);
  }
  const roles =
    'roleArn: "arn:aws:iam::123456789012:role/b", restoreRoleArn: "arn:aws:iam::123456789012:role/r"';
  assert.deepEqual(of(`{s3: {bucket: vaults, ${roles}}}`, 'restore').annotations, {
    'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/r',
  });
});
