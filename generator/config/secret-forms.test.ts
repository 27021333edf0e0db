import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';
import {
  looksLikeSecretKey,
  looksLikeSecretValue,
  looksLikeSecretVariable,
  mayBeShown,
} from './secret-forms.ts';

test('knows the keys under which secrets are written', () => {
  for (const key of [
    'accessKey',
    'secretKey',
    'AWS_SECRET_ACCESS_KEY',
    'token',
    'password',
    'secretId',
    'roleId',
    'shares',
    'accountKey',
    'sasToken',
    'connectionString',
    'privateKey',
  ]) {
    assert.ok(looksLikeSecretKey(key), key);
  }
  for (const key of ['secretRef', 'bucket', 'key', 'tokenTtl', 'mount'].filter((word) => word !== 'key')) {
    assert.ok(!looksLikeSecretKey(key), key);
  }
});

test('knows the forms of tokens, access keys, private keys and passwords in URLs', () => {
  for (const value of [
    'AKIAABCDEFGHIJKLMNOP',
    `hvs.${'a'.repeat(24)}`,
    '-----BEGIN EC PRIVATE KEY-----\nabc',
    'https://user:pass@s3.example',
    Buffer.alloc(32, 7).toString('base64'),
    Buffer.alloc(33, 211).toString('base64').replace('0', 'a').replace('T', '7'),
    'ab'.repeat(32),
    'AB'.repeat(33),
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    `AccountName=a;AccountKey=${Buffer.alloc(64, 211).toString('base64')};x`,
    `?sv=2024-11-04&sp=rl&sig=${encodeURIComponent(Buffer.alloc(32, 211).toString('base64'))}`,
  ]) {
    assert.ok(looksLikeSecretValue(value), value);
  }
  for (const value of [
    'https://s3.example:9000/path',
    'vault',
    'arn:aws:iam::123456789012:role/x',
    's.example',
    `sha256:${'ab'.repeat(32)}`,
    'ab'.repeat(20),
    'v'.repeat(44),
    'registry.example/some/team/of/Ours2/lifeboat',
    'vault-backup@payments-prod.iam.gserviceaccount.com',
    '6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c',
  ]) {
    assert.ok(!looksLikeSecretValue(value), value);
  }
});

test('a variable is a secret by its name, unless its value is a path, empty or a reference', () => {
  assert.ok(looksLikeSecretVariable('VAULT_TOKEN', 'abc'));
  assert.ok(looksLikeSecretVariable('DB_PASSWORD', 'abc'));
  assert.ok(looksLikeSecretVariable('AWS_SECRET_ACCESS_KEY', 'abc'));
  assert.ok(looksLikeSecretVariable('ANYTHING', `hvs.${'a'.repeat(24)}`));
  assert.ok(!looksLikeSecretVariable('VAULT_TLS_KEY', '/vault/tls/tls.key'));
  assert.ok(!looksLikeSecretVariable('VAULT_TOKEN', '$(OTHER)'));
  assert.ok(!looksLikeSecretVariable('GOOGLE_PROJECT', 'vault'));
  assert.ok(!looksLikeSecretVariable('VAULT_TRANSIT_SEAL_KEY_NAME', 'autounseal'));
  assert.ok(!looksLikeSecretVariable('VAULT_AWSKMS_SEAL_KEY_ID', 'alias/vault'));
});

test('a line that holds a secret is not shown', () => {
  for (const line of [
    '  secretKey: abc',
    'endpoint: https://u:p@s3.example',
    '{name: x, password: hunter2}',
    'DB_PASSWORD: abc',
    "restore: {unseal: {shares: ['abc']}}",
  ]) {
    assert.ok(!mayBeShown(line), line);
  }
  for (const line of ['  secretRef: {name: vault-s3}', '  bucket: vault', 'token:', 'replicas: 3']) {
    assert.ok(mayBeShown(line), line);
  }
});

const SHARE = 'O7632lq0HF1e0w8F6W2kqkV0OQx5c0T2H2m3uSgYx1oB';
const head =
  'version: 1\nname: a\nimage: {repository: r/x}\nrelease: {name: vault, namespace: vault, chartVersion: 0.34.1}\n';
for (const [name, rest, secret] of [
  ['shares in a list', `store: {s3: {bucket: vaultb}}\nrestore:\n  unseal: {shares: ['${SHARE}']}\n`, SHARE],
  [
    'a share for a reference',
    `store: {s3: {bucket: vaultb}}\nrestore:\n  unseal:\n    secretRef: "${SHARE}"\n`,
    SHARE,
  ],
  ['a word for a reference', 'store: {s3: {bucket: vaultb, secretRef: hunter2}}\n', 'hunter2'],
  [
    'a key for a name',
    'store: {s3: {bucket: vaultb, secretRef: {name: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}}}\n',
    'wJalrXUtnFEMI',
  ],
  ['hex in the open', `store: {s3: {bucket: ${'0a1b2c3d'.repeat(8)}!}}\n`, '0a1b2c3d0a1b'],
] as const) {
  test(`a secret where the name of one belongs: ${name}: is not repeated by any problem`, () => {
    let error: unknown;
    try {
      loadConfig('lifeboat.yaml', `${head}${rest}`);
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(error instanceof ConfigError);
    assert.ok(!error.message.includes(secret), error.message);
    assert.ok(!JSON.stringify(error.problems).includes(secret));
  });
}
