import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manifestKey } from '../contract/object-names.ts';
import { createMemoryStore } from './store/memory.ts';
import { readStoreState } from './store-state.ts';

const KEY = 'snapshots/20261125T120000Z-62.snap';
const SHA = 'a'.repeat(64);

function filled(manifestSha = SHA): ReturnType<typeof createMemoryStore> {
  const store = createMemoryStore();
  const put = (key: string, value: unknown): unknown =>
    store.objects.set(key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  const started = '2026-11-25T12:00:00.000Z';
  put(KEY, 'an archive');
  put(manifestKey(KEY), {
    ...{ version: 1, name: 'payments', key: KEY, installation: 'vault/vault', tool: { version: '0.1.0' } },
    archive: { size: 10, sha256: manifestSha },
    state: { size: 1, sha256: SHA },
    raft: { index: 62, term: 1 },
    server: { product: 'vault', version: '1.21.1' },
    cluster: { id: 'c', name: 'n' },
    seal: { type: 'shamir', keyId: '', shares: 5, threshold: 3 },
    taken: { started, finished: started, seconds: 1 },
  });
  put('latest.json', { version: 1, key: KEY, sha256: SHA, clusterId: 'c', taken: started });
  return store;
}

function receipt(clusterId: string): Buffer {
  const snapshot = { key: KEY, sha256: SHA };
  const restored = '2026-11-25T13:00:00.000Z';
  return Buffer.from(
    JSON.stringify({
      ...{
        version: 1,
        name: 'payments',
        snapshot,
        clusterId,
        restored,
        phases: [],
        tool: { version: '0.1.0' },
      },
    }),
  );
}

test('the pointer, whether its snapshot is verified, and who wrote it', async () => {
  const { latest, snapshots } = await readStoreState(filled());

  assert.equal(snapshots, 1);
  assert.deepEqual([latest?.verified, latest?.writtenBy, latest?.bytes], [true, 'vault/vault', 10]);
});

test('a manifest of another archive, or none, or no archive, verifies nothing', async () => {
  assert.equal((await readStoreState(filled('b'.repeat(64)))).latest?.verified, false);
  for (const key of [KEY, manifestKey(KEY)]) {
    const store = filled();
    store.objects.delete(key);
    assert.equal((await readStoreState(store)).latest?.verified, false);
  }
});

test('an empty store has neither pointer nor receipt', async () => {
  const state = await readStoreState(createMemoryStore());

  assert.deepEqual([state.snapshots, state.latest, state.receipt], [0, undefined, undefined]);
});

test('of the receipts of one restore the one that the server confirmed counts', async () => {
  const store = filled();
  store.objects.set('receipts/20261125T130000Z-vault_vault.json', receipt(''));
  store.objects.set('receipts/20261125T130000Z-vault_vault.completed.json', receipt('c'));

  assert.equal((await readStoreState(store)).receipt?.clusterId, 'c');
});
