import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareSubsets } from './share-subsets.ts';

test('every choice of two or more, but not all, comes exactly once', () => {
  for (let n = 0; n <= 8; n++) {
    const seen = new Set([...shareSubsets(n)].map((subset) => subset.join()));
    assert.equal(seen.size, [...shareSubsets(n)].length);
    assert.equal(seen.size, n < 2 ? 0 : 2 ** n - n - 2);
  }
});

test('one share left out comes first, then pairs or all but a pair', () => {
  const sizes = [...shareSubsets(6)].map((subset) => subset.length);
  assert.deepEqual([...new Set(sizes)], [5, 4, 2, 3]);
});
