import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  ]) {
    assert.ok(looksLikeSecretValue(value), value);
  }
  for (const value of [
    'https://s3.example:9000/path',
    'vault',
    'arn:aws:iam::123456789012:role/x',
    's.example',
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
  ]) {
    assert.ok(!mayBeShown(line), line);
  }
  for (const line of ['  secretRef: {name: vault-s3}', '  bucket: vault', 'token:', 'replicas: 3']) {
    assert.ok(mayBeShown(line), line);
  }
});
