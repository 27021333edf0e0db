import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiddenSecrets } from './hidden-secrets.ts';

const TOKEN = 'hvs.CAESIJ3vqZ0exampleexampleexample';

test('the same secret has the same number wherever it stands, another one another', () => {
  const hidden = new HiddenSecrets();

  assert.equal(hidden.inText(`a ${TOKEN}`), 'a (hidden 1)');
  assert.equal(hidden.inText(`b ${TOKEN} ${TOKEN}2`), 'b (hidden 1) (hidden 2)');
});

test('settings that are named like a secret are hidden in HCL and JSON, names and paths are not', () => {
  const text = [
    'token = "short"',
    '"password": "short too"',
    'kms_key_id = "alias/vault"',
    'tls_key_file = "/vault/userconfig/tls/tls.key"',
    '{"snapshot":{"key":"snapshots/x.snap"}}',
  ];

  assert.deepEqual(
    text.map((line) => new HiddenSecrets().inText(line)),
    ['token = "(hidden 1)"', '"password": "(hidden 1)"', ...text.slice(2)],
  );
});

test('values: variables, passwords and pairs of a container are hidden; references to Secrets are shown', () => {
  const values = {
    server: {
      extraEnvironmentVars: {
        VAULT_TOKEN: 'short',
        VAULT_CACERT: '/vault/ca.crt',
        AWS_KMS_KEY_ID: 'alias/x',
      },
      extraSecretEnvironmentVars: [{ envName: 'DB_PASSWORD', secretName: 'db', secretKey: 'password' }],
      enterpriseLicense: { secretName: 'licence', secretKey: 'license' },
      extraContainers: [
        {
          env: [
            { name: 'DB_PASSWORD', value: 'short' },
            { name: 'PORT', value: '1' },
          ],
        },
      ],
      admin: { password: 'other' },
      replicas: 3,
      image: { digest: `sha256:${'ab'.repeat(32)}` },
    },
  };

  const shown = new HiddenSecrets().inValues(values) as typeof values;

  assert.deepEqual(shown, {
    server: {
      ...values.server,
      extraEnvironmentVars: { ...values.server.extraEnvironmentVars, VAULT_TOKEN: '(hidden 1)' },
      extraContainers: [
        {
          env: [
            { name: 'DB_PASSWORD', value: '(hidden 1)' },
            { name: 'PORT', value: '1' },
          ],
        },
      ],
      admin: { password: '(hidden 2)' },
    },
  });
});
