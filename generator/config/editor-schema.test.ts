import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { editorSchema, layerSchema } from './editor-schema.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
const whole = ajv.compile(editorSchema());
const layer = ajv.compile(layerSchema());

const GOOD = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
store: {s3: {bucket: vault}, retention: {keepLast: 3}}
backup: {enabled: true}
`;
const FLEET = `version: 1
defaults: {image: {repository: registry.example/lifeboat}, store: {s3: {bucket: vault}}}
clusters:
  eu: {name: payments-eu, store: {s3: {prefix: null}}}
  us:
`;

for (const [name, text] of [
  ['a whole file', GOOD],
  ['a fleet', FLEET],
  ['variables', GOOD.replace('payments-vault', 'v-${CLUSTER}').replace('enabled: true', 'enabled: "${ON}"')],
] as const) {
  test(`an editor takes ${name}`, () => {
    assert.ok(whole(parse(text)), JSON.stringify(whole.errors));
  });
}

for (const [name, text] of [
  ['a key that is missing', GOOD.replace('name: payments-vault\n', '')],
  ['an unknown key', `${GOOD}spare: 1\n`],
  ['text that is no variable for a switch', GOOD.replace('enabled: true', 'enabled: "yes"')],
  ['two stores', GOOD.replace('retention', 'gcs: {bucket: b}, retention')],
  ['an unknown key in a cluster', FLEET.replace('name: payments-eu', 'nam: payments-eu')],
  ['an unknown key in the defaults', FLEET.replace('bucket: vault', 'buckt: vault')],
  ['an unknown key of a fleet', `${FLEET}backup: {}\n`],
  ['a cluster that cannot be a folder', FLEET.replace('  us:', '  "../us":')],
  ['no clusters', 'version: 1\nclusters: {}\n'],
] as const) {
  test(`an editor marks ${name}`, () => {
    assert.ok(!whole(parse(text)));
  });
}

test('a layer may leave out and remove, and is checked all the same', () => {
  for (const text of [
    'name: a\n',
    'store: {s3: null, directory: {path: /x}}\n',
    'backup: {timeZone: "${TZ}"}\n',
  ])
    assert.ok(layer(parse(text)), JSON.stringify(layer.errors));
  for (const text of ['nam: a\n', 'name: A_B\n', 'store: {s3: {buckt: x}}\n']) assert.ok(!layer(parse(text)));
  assert.ok(!whole(parse('name: a\n')), 'a layer alone is no whole file');
});
