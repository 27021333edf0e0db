import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { Log } from '../log.ts';
import { createMemoryStore, type MemoryStore } from './memory.ts';
import { createRetryingStore } from './retrying.ts';
import type { SnapshotStore } from './snapshot-store.ts';

const PACE = { retries: 2, firstWait: 1 };

function collecting(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const add = (message: string): void => void lines.push(message);
  return { log: { info: add, warn: add, error: add }, lines };
}

/** A store whose first `times` calls fail. */
function failing(times: number, error: unknown): MemoryStore {
  let left = times;
  return createMemoryStore({
    before() {
      if (left-- > 0) throw error;
    },
  });
}

const busy = new LifeboatError('store', 'the store asks to slow down', { retryable: true });

test('calls that may succeed later are tried again, and each new try is logged', async () => {
  for (const call of [
    (store: SnapshotStore) => store.list(''),
    (store: SnapshotStore) => store.replace('a', Buffer.from('x')),
    (store: SnapshotStore) => store.remove('a'),
  ]) {
    const { log, lines } = collecting();
    await call(createRetryingStore(failing(2, busy), log, PACE));
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /slow down; .* is tried again \(2 of 3\)/);
    assert.match(lines[1] ?? '', /\(3 of 3\)/);
  }
});

test('tries end, and the last error is the answer', async () => {
  const inner = failing(99, busy);
  const { log, lines } = collecting();
  await assert.rejects(createRetryingStore(inner, log, PACE).read('a'), (error) => error === busy);
  assert.equal(inner.calls.length, 3);
  assert.equal(lines.length, 2);
});

test('denials, missing objects and bugs are not tried again', async () => {
  for (const error of [
    new LifeboatError('store', 'access is denied'),
    new LifeboatError('noSnapshot', 'there is none'),
    new TypeError('a bug'),
  ]) {
    const inner = failing(99, error);
    const { log, lines } = collecting();
    await assert.rejects(createRetryingStore(inner, log, PACE).read('a'), (thrown) => thrown === error);
    assert.equal(inner.calls.length, 1);
    assert.deepEqual(lines, []);
  }
});

test('create is tried once: its stream is gone after that', async () => {
  const inner = failing(99, busy);
  const { log, lines } = collecting();
  const created = createRetryingStore(inner, log, PACE).create('a', Readable.from([Buffer.from('x')]));
  await assert.rejects(created, (error) => error === busy);
  assert.equal(inner.calls.length, 1);
  assert.deepEqual(lines, []);
});

test('an abort ends the waiting for the next try, with its reason', async () => {
  const abort = new AbortController();
  const reason = new LifeboatError('terminated', 'stopped');
  const inner = failing(99, busy);
  const { log } = collecting();
  const stopping: Log = { ...log, warn: () => abort.abort(reason) };
  const listed = createRetryingStore(inner, stopping, { retries: 2, firstWait: 60_000 }).list('', {
    signal: abort.signal,
  });
  await assert.rejects(listed, (error) => error === reason);
  assert.equal(inner.calls.length, 1);
});
