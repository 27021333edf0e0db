import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Phases } from './phases.ts';

test('phases are timed in their order, after those of an earlier container', async () => {
  const phases = new Phases({ find: 0.1, download: 1.25 });

  assert.equal(await phases.time('start', async () => 'result'), 'result');

  assert.deepEqual(
    phases.list().map(({ phase }) => phase),
    ['find', 'download', 'start'],
  );
  assert.ok((phases.list()[2]?.seconds ?? -1) >= 0);
  assert.match(`${phases}`, /^find 0\.1 s, download 1\.3 s, start \d+\.\d s$/);
});

test('a phase that fails is not told as done, and its error comes through', async () => {
  const phases = new Phases();
  const failure = new Error('no');

  await assert.rejects(
    phases.time('restore', () => Promise.reject(failure)),
    failure,
  );

  assert.deepEqual(phases.list(), []);
  assert.equal(`${phases}`, '');
});
