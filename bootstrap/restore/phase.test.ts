/** The table of nextStep(), row by row. Generated sequences of crashes are in phase-model.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataState, Part } from './data-directory.ts';
import { type AttemptState, nextStep } from './phase.ts';

const DATA: DataState = { state: 'data', because: 'vault.db belongs to an initialised server' };
const EMPTY: DataState = { state: 'empty' };
const STARTED: DataState = { state: 'uninitialised', parts: ['raft', 'vault.db'] };
const ALL: readonly Part[] = ['node-id', 'raft', 'vault.db'];
const TWO: readonly Part[] = ['raft', 'vault.db'];

const attempt = (
  number: number,
  provenParts: readonly Part[] | undefined,
  parts: readonly Part[],
): AttemptState => ({ number, provenParts, parts });

function step(live: DataState, liveParts: readonly Part[], ...attempts: readonly AttemptState[]): string {
  const next = nextStep({ live, liveParts, attempts });
  if (next.step === 'finish-swap' || next.step === 'swap')
    return `${next.step} ${next.attempt}: ${next.parts.join(' ')}`;
  return next.step;
}

test('a Vault is left alone, whatever attempts stand beside it', () => {
  for (const attempts of [
    [],
    [attempt(1, undefined, TWO)],
    [attempt(1, TWO, TWO)],
    [attempt(1, TWO, [])],
    [attempt(1, ALL, ALL), attempt(2, TWO, TWO)],
    // A part is at both places: somebody else made the live one.
    [attempt(1, TWO, ['vault.db'])],
    [attempt(1, ALL, ['node-id', 'vault.db'])],
  ])
    assert.equal(step(DATA, TWO, ...attempts), 'leave', JSON.stringify(attempts));
  assert.deepEqual(nextStep({ live: DATA, liveParts: TWO, attempts: [] }), {
    step: 'leave',
    because: 'vault.db belongs to an initialised server',
  });
});

test('without a Vault and without a proven attempt a restore begins', () => {
  assert.equal(step(EMPTY, []), 'restore');
  assert.equal(step(EMPTY, ['node-id']), 'restore');
  assert.equal(step(STARTED, TWO), 'restore');
  assert.equal(step(EMPTY, [], attempt(1, undefined, TWO)), 'restore');
  assert.equal(step(EMPTY, [], attempt(1, undefined, [])), 'restore');
});

test('a proven attempt is put into place, the newest first, over what is no data', () => {
  assert.equal(step(EMPTY, [], attempt(1, TWO, TWO)), 'swap 1: raft vault.db');
  assert.equal(step(STARTED, TWO, attempt(1, ALL, ALL)), 'swap 1: node-id raft vault.db');
  assert.equal(step(EMPTY, ['node-id'], attempt(1, TWO, TWO)), 'swap 1: raft vault.db');
  assert.equal(step(EMPTY, [], attempt(9, TWO, TWO), attempt(10, TWO, TWO)), 'swap 10: raft vault.db');
  assert.equal(step(EMPTY, [], attempt(2, undefined, TWO), attempt(1, TWO, TWO)), 'swap 1: raft vault.db');
});

test('after a crash between the renames the rest of them is done', () => {
  for (const live of [EMPTY, STARTED, DATA]) {
    assert.equal(step(live, ['raft'], attempt(1, TWO, ['vault.db'])), 'finish-swap 1: vault.db');
    assert.equal(step(live, ['node-id', 'raft'], attempt(1, ALL, ['vault.db'])), 'finish-swap 1: vault.db');
  }
  assert.equal(
    step(EMPTY, ['node-id'], attempt(1, ALL, ['raft', 'vault.db'])),
    'finish-swap 1: raft vault.db',
  );
});

test('what no crash leaves behind is not finished', () => {
  // Out of the order of the renames.
  assert.equal(step(DATA, ['vault.db'], attempt(1, TWO, ['raft'])), 'leave');
  // The moved part is not there any more.
  assert.equal(step(EMPTY, [], attempt(1, TWO, ['vault.db'])), 'restore');
  // A live part that the attempt never had.
  assert.equal(step(STARTED, ['node-id', 'raft'], attempt(1, TWO, ['vault.db'])), 'restore');
  // An attempt of which all was renamed long ago, and whose data was then taken away.
  assert.equal(step(EMPTY, [], attempt(1, TWO, [])), 'restore');
  // Parts that stand in an attempt beyond those that were proven.
  assert.equal(step(EMPTY, [], attempt(1, [], [])), 'restore');
});
