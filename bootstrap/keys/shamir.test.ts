import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitKey } from '../../test/snapshot/split-key.ts';
import { areCombinable, combineShares } from './shamir.ts';

test('as many shares as the threshold or more combine to the key, fewer do not', () => {
  const sizes = fc
    .integer({ min: 2, max: 8 })
    .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count })));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), sizes, (key, [count, threshold]) => {
      const shares = splitKey(key, count, threshold);
      assert.deepEqual(combineShares(shares), key);
      assert.deepEqual(combineShares(shares.slice(-threshold)), key);
      if (threshold > 2) assert.notDeepEqual(combineShares(shares.slice(1, threshold)), key);
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('shares of the same number, of number 0 or of different lengths are not of one split', () => {
  const share = (...bytes: number[]) => Uint8Array.from(bytes);
  for (const shares of [
    [share(1, 2), share(3, 2)],
    [share(1, 0), share(1, 1)],
    [share(1, 2, 3), share(1, 2)],
    [share(1)],
    [share()],
    [],
  ]) {
    assert.equal(areCombinable(shares), false);
    assert.throws(() => combineShares(shares), { exit: 'keys' });
  }
});
