import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { explain } from './explain.ts';
import { explanationText, wrapped } from './explain-text.ts';
import { allKeysBelow } from './schema-keys.ts';

const one = (key: string) => explain(key, { recursive: false });

function refusal(key: string): LifeboatError {
  try {
    one(key);
  } catch (error) {
    if (error instanceof LifeboatError) return error;
    throw error;
  }
  throw new Error(`${key} was explained`);
}

test('every key of the schema can be asked for, and answers with its own description', () => {
  const keys = allKeysBelow();
  assert.ok(keys.length > 60);
  for (const { path, node } of keys) {
    const { key, description } = one(path);
    assert.equal(key, path);
    if (node.description !== undefined) assert.equal(description, node.description);
  }
});

test('an explanation holds type, default, allowed values, rules, examples and the page', () => {
  const choice = one('restore.whenNoSnapshot');
  assert.deepEqual([choice.default, choice.allowed], ['install', ['install', 'stop']]);
  assert.equal(choice.page, 'docs/configuration.md#restore');
  const bucket = one('store.s3.bucket');
  assert.equal(bucket.required, true);
  assert.deepEqual(bucket.examples, ['vault-snapshots']);
  assert.match(bucket.rules.join(' '), /the name of a bucket/);
  assert.deepEqual(one('restore.unseal').oneOf, ['secretRef', 'manual']);
});

test('without a key the top level is listed; the keys below are the next ones, or all of them', () => {
  assert.ok(one('').keys.some(({ key }) => key === 'store'));
  assert.ok(!one('').keys.some(({ key }) => key.includes('.')));
  assert.ok(!one('store').keys.some(({ key }) => key === 'store.s3.bucket'));
  assert.ok(explain('store', { recursive: true }).keys.some(({ key }) => key === 'store.s3.bucket'));
});

test('a key of a list is found with and without its brackets', () => {
  for (const word of ['imagePullSecrets[].name', 'imagePullSecrets[0].name', 'imagePullSecrets.name'])
    assert.equal(one(word).key, 'imagePullSecrets[].name');
  assert.equal(one('release.values[3]').key, 'release.values');
});

test('keys of a fleet are explained, and those below them are the known ones', () => {
  assert.match(one('clusters').description, /one entry a cluster/);
  assert.equal(one('defaults.store.s3.bucket').key, 'store.s3.bucket');
  assert.equal(one('clusters.eu.backup.schedule').key, 'backup.schedule');
  assert.ok(one('').keys.some(({ key }) => key === 'clusters'));
});

test('an unknown key is answered with the nearest known one, or with all that end so', () => {
  const typo = refusal('restore.whenNoSnapshott');
  assert.equal(typo.exit, 'usage');
  assert.match(typo.message, /did you mean "restore\.whenNoSnapshot"\?/);
  assert.equal(typo.hint, 'lifeboat explain restore.whenNoSnapshot');
  assert.match(refusal('bucket').message, /did you mean "store\.s3\.bucket"/);
  assert.match(refusal('timeout').message, /"backup\.timeout" or "restore\.timeout"/);
  assert.equal(refusal('restore.qqqqqqqqqqqq').hint, 'lifeboat explain restore');
  assert.equal(refusal('qqqqqqqqqqqq').hint, 'lifeboat explain');
});

test('the text for people shows each fact, and no line is longer than a terminal bears', () => {
  const text = explanationText(one('restore.whenNoSnapshot'));
  assert.match(text, /^restore\.whenNoSnapshot\n {2}What follows/);
  assert.match(text, /^ {2}type {6}install or stop$/m);
  assert.match(text, /^ {2}default {3}install$/m);
  assert.match(explanationText(one('restore')), /Keys below:\n {2}restore\.enabled \(true or false\)\n/);
  for (const line of explanationText(explain('', { recursive: true })).split('\n'))
    assert.ok(line.length <= 100, line);
});

test('lines break between words', () => {
  assert.deepEqual(wrapped('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrapped('a-very-long-word b', 4), ['a-very-long-word', 'b']);
  assert.deepEqual(wrapped(''), []);
});
