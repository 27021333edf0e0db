import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { goodMembers } from '../../test/snapshot/build-archive.ts';
import { splitKey } from '../../test/snapshot/split-key.ts';
import { readSealedSums } from '../snapshot/sealed-sums.ts';
import { opens } from './check.ts';

function sealedBy(key: Uint8Array) {
  const { sums, sealed } = goodMembers({ key });
  return { sums: sums.body, sealed: readSealedSums(sealed.body), sealedBytes: sealed.body };
}

const key = randomBytes(32);
const facts = sealedBy(key);
const shares = splitKey(key, 5, 3);
const foreign = splitKey(randomBytes(32), 5, 3).filter((share) =>
  shares.every((own) => own.at(-1) !== share.at(-1)),
);
const [a, b, c, d, e] = shares as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const wrong = Uint8Array.from(a, (byte, i) => (i === 4 ? byte ^ 1 : byte));

test('any three of five shares open, and the threshold is found', () => {
  for (const given of [[a, b, c], [e, c, a], [b, d, e], shares, [a, a, b, c]])
    assert.deepEqual(opens(facts, given), { result: 'open', threshold: 3, foreign: [] });
});

test('shares that do not belong are named by their numbers, and the rest still opens', () => {
  const cases: readonly (readonly [readonly Uint8Array[], readonly number[]])[] = [
    [[wrong, b, c, d], [1]],
    [[b, wrong, c, d], [2]],
    [[a, b, c, wrong], [4]],
    [
      [...foreign.slice(0, 2), a, b, c],
      [1, 2],
    ],
    [
      [a, ...foreign.slice(0, 3), b, c],
      [2, 3, 4],
    ],
    [
      [a, a.slice(0, 32), b, new Uint8Array(33), c],
      [2, 4],
    ],
  ];
  for (const [given, numbers] of cases)
    assert.deepEqual(opens(facts, given), { result: 'open', threshold: 3, foreign: numbers });
});

test('too few is told only where the threshold is known', () => {
  assert.deepEqual(opens(facts, [a, b], 3), { result: 'too-few', given: 2, threshold: 3 });
  assert.deepEqual(opens(facts, [a, a, a], 3), { result: 'too-few', given: 1, threshold: 3 });
  assert.deepEqual(opens(facts, [a, b]), { result: 'wrong', given: 2, enough: false, exhaustive: true });
  assert.deepEqual(opens(facts, []), { result: 'wrong', given: 0, enough: false, exhaustive: true });
});

test('a threshold that is told wrongly does not keep right shares from opening', () => {
  for (const told of [1, 2, 5, 9]) assert.equal(opens(facts, [a, b, c], told).result, 'open');
});

test('shares of another Vault are wrong', () => {
  assert.deepEqual(opens(facts, foreign.slice(0, 3), 3), {
    result: 'wrong',
    given: 3,
    enough: true,
    exhaustive: true,
  });
  assert.equal(opens(facts, [a, b, foreign[0] as Uint8Array], 3).result, 'wrong');
});

test('the single share of a Vault is its key', () => {
  assert.deepEqual(opens(facts, [key], 1), { result: 'open', threshold: 1, foreign: [] });
  assert.deepEqual(opens(facts, [randomBytes(32), a, key]), {
    result: 'open',
    threshold: 1,
    foreign: [1, 2],
  });
  assert.equal(opens(facts, [randomBytes(32)], 1).result, 'wrong');
});

test('a great many wrong shares end with a verdict that says that not all was tried', () => {
  const many = splitKey(randomBytes(32), 30, 15);
  assert.deepEqual(opens(facts, many), { result: 'wrong', given: 30, enough: false, exhaustive: false });
});

test('an auto-unsealed snapshot takes no shares', () => {
  assert.deepEqual(opens({ ...facts, sealed: { kind: 'auto', keyId: 'k' } }, shares), {
    result: 'not-shamir',
    keyId: 'k',
  });
});

test('a damaged ciphertext opens with no share', () => {
  const damaged = Buffer.from(facts.sealedBytes).fill(0, 20, 21);
  assert.equal(opens({ ...facts, sealed: readSealedSums(damaged) }, shares, 3).result, 'wrong');
  const short = { kind: 'shamir', keyId: '', ciphertext: randomBytes(20) } as const;
  assert.equal(opens({ ...facts, sealed: short }, shares, 3).result, 'wrong');
});

test('a sealed file taken from another snapshot of the same Vault is damage, not a wrong key', () => {
  const other = goodMembers({ key, state: Buffer.from('other') });
  assert.throws(() => opens({ ...facts, sums: other.sums.body }, shares), {
    exit: 'integrity',
    message: /of another snapshot/,
  });
});

test('a verdict holds no byte of a share', () => {
  assert.doesNotMatch(JSON.stringify(opens(facts, [wrong, b, c, d])), /\d{4}/);
});
