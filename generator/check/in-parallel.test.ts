import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as later } from 'node:timers/promises';
import { inParallel } from './in-parallel.ts';

test('results come in the order of what was asked for, and never more run than may', async () => {
  let running = 0;
  let most = 0;
  const work = async (one: number): Promise<number> => {
    most = Math.max(most, ++running);
    for (let turns = 10 - one; turns > 0; turns--) await later();
    running--;
    return one * 2;
  };

  assert.deepEqual(await inParallel([1, 2, 3, 4, 5, 6, 7], work, 3), [2, 4, 6, 8, 10, 12, 14]);
  assert.equal(most, 3);
  assert.deepEqual(await inParallel([], work, 3), []);
});

test('a failure is that of the work itself', async () => {
  const error = new Error('of the second');

  await assert.rejects(
    inParallel([1, 2, 3], async (one) => {
      if (one === 2) throw error;
    }),
    error,
  );
});
