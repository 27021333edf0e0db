import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takenFor } from './plain-text.ts';

for (const [word, what] of [
  ['y', 'the boolean true'],
  ['off', 'the boolean false'],
  ['null', 'nothing'],
  ['0123', 'a number'],
  ['12e3', 'a number'],
  ['0x1f', 'a number'],
  ['2026-11-25', 'no text'],
]) {
  test(`"${word}" is ${what}`, () => {
    assert.equal(takenFor(word ?? ''), what);
  });
}

test('other names are text', () => {
  for (const word of ['vault', 'on-call', 'yes-vault', 'v1', '1password', 'e2e'])
    assert.equal(takenFor(word), undefined, word);
});
