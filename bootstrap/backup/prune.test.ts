import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest, Pointer } from '../../contract/manifest.ts';
import { manifestKey, snapshotKey } from '../../contract/object-names.ts';
import { createLog } from '../log.ts';
import { createMemoryStore, type MemoryFaults, type MemoryStore } from '../store/memory.ts';
import { prune, toPrune } from './prune.ts';

const log = createLog({ format: 'text', part: 'test', write: () => {} });
const key = (hour: number) => snapshotKey(new Date(Date.UTC(2026, 0, 1, hour)), hour + 1);

const manifest = (snapshot: string, clusterId: string): Manifest => ({
  version: 1,
  name: 'prod',
  key: snapshot,
  archive: { size: 1, sha256: '0'.repeat(64) },
  state: { size: 1, sha256: '0'.repeat(64) },
  raft: { index: 1, term: 1 },
  server: { product: 'vault', version: '1.21.1' },
  cluster: { id: clusterId, name: 'n' },
  seal: { type: 'shamir', keyId: '', shares: 5, threshold: 3 },
  taken: { started: '2026-01-01T00:00:00Z', finished: '2026-01-01T00:00:01Z', seconds: 1 },
  tool: { version: 'test' },
});

const pointer = (snapshot: string): Pointer => ({
  version: 1,
  key: snapshot,
  sha256: '0'.repeat(64),
  clusterId: 'ours',
  taken: '2026-01-01T00:00:00Z',
});

function put(store: MemoryStore, snapshot: string, clusterId = 'ours'): void {
  store.objects.set(snapshot, Buffer.from('archive'));
  store.objects.set(manifestKey(snapshot), Buffer.from(JSON.stringify(manifest(snapshot, clusterId))));
}

function storeWith(hours: readonly number[], faults: MemoryFaults = {}): MemoryStore {
  const store = createMemoryStore(faults);
  for (const hour of hours) put(store, key(hour));
  return store;
}

const snapshots = (store: MemoryStore) =>
  [...store.objects.keys()].filter((one) => one.endsWith('.snap')).sort();

test('what is beyond the newest is removed, oldest first, each with its manifest after it', async () => {
  const store = storeWith([3, 1, 4, 2, 5]);

  assert.deepEqual(await prune(store, 'ours', pointer(key(5)), 3, log), [key(1), key(2)]);

  assert.deepEqual(snapshots(store), [key(3), key(4), key(5)]);
  assert.equal(store.objects.size, 6);
  assert.deepEqual(
    store.calls.filter((call) => call.startsWith('remove')),
    [key(1), manifestKey(key(1)), key(2), manifestKey(key(2))].map((one) => `remove ${one}`),
  );
});

test('what the pointer names stays, however old it is', () => {
  const manifests = [1, 2, 3].map((hour) => manifest(key(hour), 'ours'));

  assert.deepEqual(toPrune(manifests, 'ours', pointer(key(1)), 1), [key(2)]);
});

test('a manifest that is damaged, or speaks of another object, protects what stands beside it', async () => {
  const store = storeWith([1, 2, 3, 4, 5]);
  store.objects.set(manifestKey(key(1)), Buffer.from('{"version":1'));
  store.objects.set(manifestKey(key(2)), Buffer.from(JSON.stringify(manifest(key(3), 'ours'))));

  assert.deepEqual(await prune(store, 'ours', pointer(key(5)), 1, log), [key(3), key(4)]);
  assert.deepEqual(snapshots(store), [key(1), key(2), key(5)]);
});

test('a snapshot that a person removed does not push one of the newest out', async () => {
  const store = storeWith([1, 2, 3, 4, 5]);
  for (const hour of [3, 4]) store.objects.delete(key(hour));

  await prune(store, 'ours', pointer(key(5)), 3, log);

  assert.deepEqual(snapshots(store), [key(1), key(2), key(5)]);
});

test('a prune that was interrupted anywhere is finished by the next, and takes no more', async () => {
  for (let fatal = 1; fatal <= 4; fatal++) {
    let removals = 0;
    let dead = true;
    const store = storeWith([1, 2, 3, 4, 5], {
      before: (operation) => {
        if (operation === 'remove' && ++removals === fatal && dead) throw new LifeboatError('store', 'away');
      },
    });

    await assert.rejects(prune(store, 'ours', pointer(key(5)), 3, log), { message: 'away' });
    dead = false;
    await prune(store, 'ours', pointer(key(5)), 3, log);

    assert.deepEqual(
      [...store.objects.keys()].sort(),
      [3, 4, 5].flatMap((hour) => [key(hour), manifestKey(key(hour))]),
    );
  }
});

/** One object of a store: whose it is, and whether manifest and archive are there. */
const stored = fc.record({
  hour: fc.integer({ min: 0, max: 60 }),
  cluster: fc.constantFrom('ours', 'lost'),
  state: fc.constantFrom('whole', 'whole', 'whole', 'no manifest', 'damaged manifest', 'no archive'),
});

test("whatever a store holds: never the pointer's, another Vault's, one of the newest, or what no manifest of ours names", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(stored, { maxLength: 14, selector: ({ hour }) => hour }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 5 }),
      async (objects, at, keepLast) => {
        const store = createMemoryStore();
        for (const { hour, cluster, state } of objects) {
          put(store, key(hour), cluster);
          if (state === 'no manifest') store.objects.delete(manifestKey(key(hour)));
          if (state === 'damaged manifest') store.objects.set(manifestKey(key(hour)), Buffer.from('{}'));
          if (state === 'no archive') store.objects.delete(key(hour));
        }
        for (const strange of ['latestbackup.snap', 'snapshots/by-hand.snap', 'latest.json'])
          store.objects.set(strange, Buffer.from('x'));
        put(store, 'snapshots/hand.snap');
        const before = new Map(store.objects);

        await prune(store, 'ours', pointer(key(at)), keepLast, log);

        const whole = objects.filter(({ cluster, state }) => cluster === 'ours' && state === 'whole');
        const newest = whole
          .map(({ hour }) => hour)
          .sort((a, b) => b - a)
          .slice(0, keepLast);
        for (const one of before.keys()) {
          if (store.objects.has(one)) {
            assert.equal(store.objects.get(one), before.get(one));
            continue;
          }
          const about = objects.find(({ hour }) => one === key(hour) || one === manifestKey(key(hour)));
          assert.ok(about !== undefined && about.cluster === 'ours', `${one} was removed`);
          assert.ok(about.state === 'whole' || (about.state === 'no archive' && one.endsWith('.json')), one);
          assert.ok(about.state !== 'whole' || (about.hour !== at && !newest.includes(about.hour)), one);
        }
        const left = whole.filter(({ hour }) => store.objects.has(key(hour)));
        assert.ok(left.length <= keepLast + 1);
      },
    ),
    { numRuns: 500 },
  );
});
