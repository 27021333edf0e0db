import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { manifestKey, POINTER } from '../../contract/object-names.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory.ts';
import { lastOwner } from './last-owner.ts';

let store: MemoryStore;
beforeEach(() => {
  store = createMemoryStore();
});

function snapshot(key: string, clusterId: string): void {
  const manifest = {
    version: 1,
    name: 'prod',
    key,
    archive: { size: 1, sha256: '0'.repeat(64) },
    state: { size: 1, sha256: '0'.repeat(64) },
    raft: { index: 1, term: 1 },
    server: { product: 'vault', version: '1.21.1' },
    cluster: { id: clusterId, name: '' },
    seal: { type: 'shamir', keyId: '', shares: 5, threshold: 3 },
    taken: { started: '2026-01-01T00:00:00Z', finished: '2026-01-01T00:00:00Z', seconds: 0 },
    tool: { version: 'test' },
  };
  store.objects.set(key, Buffer.from('snapshot'));
  store.objects.set(manifestKey(key), Buffer.from(JSON.stringify(manifest)));
}

const OLD = 'snapshots/20260101T000000Z-9.snap';
const NEW = 'snapshots/20260102T000000Z-10.snap';

test('a store with nothing of ours has no owner', async () => {
  assert.equal(await lastOwner(store), undefined);
  store.objects.set('latestbackup.snap', Buffer.from('of another tool'));
  assert.equal(await lastOwner(store), undefined);
});

test('a pointer that was lost gives nobody away: the newest manifest that can be read tells the owner', async () => {
  snapshot(OLD, 'older');
  snapshot(NEW, 'lost');
  assert.deepEqual(await lastOwner(store), { key: NEW, clusterId: 'lost' });

  store.objects.set(manifestKey(NEW), Buffer.from('damaged'));
  assert.deepEqual(await lastOwner(store), { key: OLD, clusterId: 'older' });
});

test('the pointer comes before all manifests; a damaged one stops with what to do', async () => {
  snapshot(NEW, 'lost');
  const pointer = {
    version: 1,
    key: OLD,
    sha256: '0'.repeat(64),
    clusterId: 'of the pointer',
    taken: '2026-01-01T00:00:00Z',
  };
  store.objects.set(POINTER, Buffer.from(JSON.stringify(pointer)));
  assert.equal((await lastOwner(store))?.clusterId, 'of the pointer');

  store.objects.set(POINTER, Buffer.from('{'));
  await assert.rejects(lastOwner(store), {
    exit: 'integrity',
    message: /latest\.json.*nothing was written/,
    hint: /move latest\.json away/,
  });
});
