import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { HELM_YAML } from './yaml-documents.ts';

const read = (text: string): unknown => (parse(`a: ${text}`, HELM_YAML) as { a: unknown }).a;

test('what has no digit where a number has one is text, as to Helm', () => {
  for (const text of ['e0', 'E5', '-e1', '.', '-.', '._', 'e']) assert.equal(read(text), text);
});

test('numbers stay numbers, and times and base-60 numbers text', () => {
  for (const [text, number] of [
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['-1.5e-1', -0.15],
    ['0440', 0o440],
    ['1_000', 1000],
  ] as const) {
    assert.equal(read(text), number);
  }
  assert.ok(Number.isNaN(read('.nan')));
  assert.equal(read('12:30:45'), '12:30:45');
});
