import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { withDefaults } from '../config/config.ts';
import type { ConfigInput } from '../config/schema.ts';
import { areOne, storeUsers } from './store-users.ts';

const OURS = 'arn:aws:iam::123456789012:role/vault-restore';
const THEIRS = 'arn:aws:iam::123456789012:role/vault-kms';

function usersOf(store: string, more = '', annotations: Readonly<Record<string, string>> = {}) {
  const text = `
version: 1
name: payments
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
store: ${store}
${more}`;
  const account = { name: 'vault', made: true, annotations, podLabels: {} };
  return storeUsers(withDefaults(parse(text) as ConfigInput), { account });
}

test('by identity the two pods are two: each its service account, and the role that lifeboat.yaml names', () => {
  const users = usersOf(`{s3: {bucket: b, roleArn: "arn:aws:iam::1:role/b", restoreRoleArn: "${OURS}"}}`);

  assert.deepEqual(users, [
    {
      who: 'backup',
      namespace: 'vault',
      serviceAccount: 'vault-lifeboat',
      identity: 'arn:aws:iam::1:role/b',
      theirs: false,
    },
    { who: 'restore', namespace: 'vault', serviceAccount: 'vault', identity: OURS, theirs: false },
  ]);
  assert.equal(areOne(users), false);
});

test("a role that the user's own values give the server is theirs, whatever lifeboat.yaml names", () => {
  for (const named of ['', `, restoreRoleArn: "${OURS}"`]) {
    const [, server] = usersOf(`{s3: {bucket: b${named}}}`, '', { 'eks.amazonaws.com/role-arn': THEIRS });

    assert.equal(server?.identity, THEIRS);
    assert.equal(server.theirs, true);
  }
});

test('one Secret in one namespace makes them one; another Secret or namespace makes them two', () => {
  const key = 'secretRef: {name: s3}';

  assert.equal(areOne(usersOf(`{s3: {bucket: b, ${key}}}`)), true);
  assert.equal(areOne(usersOf(`{s3: {bucket: b, ${key}, restoreSecretRef: {name: s3-read}}}`)), false);
  assert.equal(areOne(usersOf(`{s3: {bucket: b, ${key}}}`, 'backup: {namespace: backups}')), false);
  assert.equal(areOne(usersOf('{s3: {bucket: b}}')), false);
});

test('without a restore the server is nobody, and a volume knows nobody', () => {
  assert.deepEqual(
    usersOf('{gcs: {bucket: bbb}}', 'restore: {enabled: false}').map(({ who }) => who),
    ['backup'],
  );
  assert.deepEqual(usersOf('{directory: {volume: {nfs: {server: n, path: /x}}}}'), []);
});
