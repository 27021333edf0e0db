import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { sha256 } from '../../test/snapshot/build-archive.ts';
import { createMemoryStore } from '../store/memory.ts';
import { readBack } from './read-back.ts';

const KEY = 'snapshots/20261123T224254Z-42.snap';
const bytes = randomBytes(300_000);
const sent = { size: bytes.length, sha256: sha256(bytes) };

test('what comes back as it was sent is accepted', async () => {
  const store = createMemoryStore();
  store.objects.set(KEY, bytes);

  await readBack(store, KEY, sent);
});

test('a flipped bit, a lost byte or a strange one is refused, and the message says what stays', async () => {
  const flipped = Buffer.from(bytes);
  flipped[200_000] = (flipped[200_000] ?? 0) ^ 1;
  for (const wrong of [
    flipped,
    bytes.subarray(1),
    Buffer.concat([bytes, Buffer.from('x')]),
    Buffer.alloc(0),
  ]) {
    const store = createMemoryStore({ onRead: () => wrong });
    store.objects.set(KEY, bytes);
    await assert.rejects(readBack(store, KEY, sent), {
      exit: 'integrity',
      message: new RegExp(
        `${KEY} came back from memory:// as ${wrong.length} bytes .*latest\\.json still names`,
      ),
    });
  }
});

test('an object that is gone, or a store that is away, is the error of the store', async () => {
  await assert.rejects(readBack(createMemoryStore(), KEY, sent), { exit: 'noSnapshot' });
  const away = createMemoryStore({
    before: () => {
      throw new LifeboatError('store', 'away', { retryable: true });
    },
  });
  await assert.rejects(readBack(away, KEY, sent), { exit: 'store', retryable: true });
});

test('a cancelled read fails with the reason of the canceller', async () => {
  const store = createMemoryStore();
  store.objects.set(KEY, bytes);
  const reason = new LifeboatError('interrupted', 'stopped');

  await assert.rejects(
    readBack(store, KEY, sent, { signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  );
});
