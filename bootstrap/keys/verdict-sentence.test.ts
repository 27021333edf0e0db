import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictSentence } from './verdict-sentence.ts';

test('each verdict has its sentence', () => {
  const of = (verdict: Parameters<typeof verdictSentence>[1]) => verdictSentence('2026-03', verdict);
  assert.equal(of({ result: 'open', threshold: 3, foreign: [] }), '2026-03 opens the snapshot with 3 shares');
  assert.equal(
    of({ result: 'open', threshold: 1, foreign: [2] }),
    '2026-03 opens the snapshot with 1 share; number 2 of them does not belong to this snapshot',
  );
  assert.match(
    of({ result: 'open', threshold: 3, foreign: [1, 2, 5] }),
    /number 1, 2 and 5 of them do not belong/,
  );
  assert.equal(
    of({ result: 'too-few', given: 2, threshold: 3 }),
    '2026-03 holds 2 shares, but the snapshot needs 3',
  );
  assert.match(of({ result: 'not-shamir', keyId: 'arn:x' }), /by the key arn:x of a key service/);
});

test('without a known threshold a "no" leaves open that the shares are too few', () => {
  const no = { result: 'wrong', given: 2, exhaustive: true } as const;
  assert.match(
    verdictSentence('s', { ...no, enough: false }),
    /another Vault or another time, or are fewer than its threshold/,
  );
  assert.doesNotMatch(verdictSentence('s', { ...no, enough: true }), /threshold/);
  assert.match(verdictSentence('s', { ...no, enough: true, exhaustive: false }), /too many to try/);
});
