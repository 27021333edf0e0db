import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { newestChart } from '../init/own-values.ts';
import { caOf, caWarning } from './server-ca.ts';
import { serverFacts } from './server-facts.ts';
import { readUserValues } from './user-values.ts';

const CONFIG = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: core, namespace: vault, chartVersion: 0.34.1}
store: {s3: {bucket: vault}}
`;

function seen(server: string) {
  const { source } = loadConfig('lifeboat.yaml', CONFIG);
  const chart = newestChart('vault');
  const text = JSON.stringify({ global: { tlsDisable: false }, server: parse(server) as object });
  const { values: user } = readUserValues(chart.values, [{ file: 'v.yaml', place: '/v.yaml', text }], source);
  return { user, facts: serverFacts(chart, user.effective, { name: 'core', namespace: 'vault' }) };
}

const VARIABLE = 'extraEnvironmentVars: {VAULT_CACERT: /vault/userconfig/vault-tls/ca.crt}\n';
const MOUNT = 'volumeMounts: [{name: tls, mountPath: /vault/userconfig/vault-tls/}]\n';

const ROWS: readonly (readonly [name: string, server: string, ca: object | undefined])[] = [
  [
    'a Secret of extraVolumes',
    `${VARIABLE}extraVolumes: [{type: secret, name: vault-tls}]`,
    { secretRef: { name: 'vault-tls', key: 'ca.crt' } },
  ],
  [
    'a ConfigMap of extraVolumes',
    `${VARIABLE}extraVolumes: [{type: configMap, name: vault-tls}]`,
    { configMapRef: { name: 'vault-tls', key: 'ca.crt' } },
  ],
  [
    'a Secret of volumes, by its own name',
    `${VARIABLE}${MOUNT}volumes: [{name: tls, secret: {secretName: team-tls}}]`,
    { secretRef: { name: 'team-tls', key: 'ca.crt' } },
  ],
  [
    'a file of a Secret that has another name there',
    `${VARIABLE}${MOUNT}volumes: [{name: tls, secret: {secretName: t, items: [{key: root, path: ca.crt}]}}]`,
    { secretRef: { name: 't', key: 'root' } },
  ],
  ['a volume of another kind', `${VARIABLE}${MOUNT}volumes: [{name: tls, emptyDir: {}}]`, undefined],
  ['a variable without a volume', VARIABLE, undefined],
  ['a volume without a variable', 'extraVolumes: [{type: secret, name: vault-tls}]', undefined],
];

for (const [name, server, ca] of ROWS) {
  test(`the CA of ${name}`, () => {
    const { facts, user } = seen(server);
    assert.deepEqual(caOf(facts, user.effective), ca);
  });
}

test('the warning ends in lines that can be typed, with what the values name', () => {
  const text = caWarning(seen(ROWS[3]?.[1] ?? ''));
  const lines = text.split('\n').slice(1, -1).join('\n');
  assert.deepEqual(parse(lines), { vault: { tls: { ca: { secretRef: { name: 't', key: 'root' } } } } });
  assert.doesNotThrow(() => loadConfig('l.yaml', `${CONFIG}${lines.replaceAll(/^ {2}/gm, '')}\n`));
  assert.match(text, /lifeboat explain vault\.tls\.ca$/);
});
