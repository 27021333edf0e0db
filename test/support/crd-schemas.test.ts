/** The schemas of operators' kinds take what their API server takes, and refuse what it refuses or drops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireKubeconform } from './kubeconform.ts';

const EXTERNAL = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'one', namespace: 'vault', annotations: { a: 'b' } },
};
const external = (spec: object) => ({ ...EXTERNAL, spec });
const FROM = { secretKey: 'a', remoteRef: { key: 'b' } };
const SEALED = {
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'one' },
  spec: { encryptedData: { a: 'AgB=' }, template: { metadata: { name: 'one', labels: {} }, data: null } },
};

const GOOD = [
  external({ secretStoreRef: { name: 's', kind: 'ClusterSecretStore' }, data: [FROM] }),
  external({ refreshInterval: '1h0m0s', target: { name: 'x', template: { data: { a: '{{ .b }}' } } } }),
  SEALED,
];
const BAD: readonly (readonly [object, RegExp])[] = [
  [external({ secretStoreRefs: {} }), /'secretStoreRefs' not allowed/],
  [external({ data: [{ ...FROM, remoteKey: 'b' }] }), /'remoteKey' not allowed/],
  [external({ data: [{ secretKey: 'a', remoteRef: {} }] }), /'key'/],
  [external({ secretStoreRef: { name: 's', kind: 'SecretVault' } }), /kind/],
  [external({ refreshInterval: 60 }), /refreshInterval/],
  [{ ...EXTERNAL, metadata: { name: 'one', label: {} } }, /'label' not allowed/],
  [{ ...EXTERNAL, apiVersion: 'external-secrets.io/v9' }, /could not find schema/],
  [{ ...SEALED, spec: {} }, /'encryptedData'/],
  [{ ...SEALED, spec: { encryptedData: { a: 1 } } }, /encryptedData/],
];

test("kubeconform takes operators' objects that are right, and refuses each that is not", async (t) => {
  const kubeconform = await requireKubeconform(t, 'external-secrets', 'sealed-secrets');
  if (kubeconform === undefined) return;

  const good = await kubeconform(GOOD.map((object) => JSON.stringify(object)).join('\n---\n'));

  assert.deepEqual(good, {
    valid: ['ExternalSecret/one', 'ExternalSecret/one', 'SealedSecret/one'],
    problems: [],
  });
  for (const [object, reason] of BAD) {
    const { valid, problems } = await kubeconform(JSON.stringify(object));
    assert.deepEqual(valid, [], JSON.stringify(object));
    assert.match(problems.join('\n'), reason);
  }
});
