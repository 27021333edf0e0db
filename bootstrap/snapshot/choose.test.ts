import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Pointer } from '../../contract/manifest.ts';
import { manifestKey, parseSnapshotKey, snapshotKey } from '../../contract/object-names.ts';
import { candidates, type SnapshotChoice } from './choose.ts';

const key = (day: number, index = day) => snapshotKey(new Date(Date.UTC(2026, 0, day, 12)), index);
const both = (snapshot: string) => [snapshot, manifestKey(snapshot)];
const pointer = (snapshot: string): Pointer => ({
  version: 1,
  key: snapshot,
  sha256: 'a'.repeat(64),
  clusterId: 'c',
  taken: '2026-01-01T00:00:00Z',
});
const LATEST: SnapshotChoice = { latest: {} };

const found = (choice: SnapshotChoice, at: Pointer | undefined, keys: readonly string[]) =>
  candidates(choice, at, keys).map((candidate) => candidate.key);

test('an empty store has no candidates, and is the only one without', () => {
  assert.deepEqual(candidates(LATEST, undefined, []), []);
  assert.deepEqual(candidates(LATEST, undefined, ['receipts/a.json', 'drills/a.json']), []);
});

test('latest: what the pointer names comes first with its digest, then older ones that have a manifest', () => {
  const keys = [...both(key(1)), key(2), ...both(key(3)), ...both(key(4)), ...both(key(5)), 'latest.json'];

  assert.deepEqual(candidates(LATEST, pointer(key(4)), keys), [
    { key: key(4), manifest: manifestKey(key(4)), sha256: 'a'.repeat(64), clusterId: 'c' },
    { key: key(3), manifest: manifestKey(key(3)), sha256: undefined, clusterId: 'c' },
    { key: key(1), manifest: manifestKey(key(1)), sha256: undefined, clusterId: 'c' },
  ]);
});

test('latest: what the pointer names is taken without a manifest too, checked by its digest', () => {
  assert.deepEqual(candidates(LATEST, pointer(key(2)), [key(2)]), [
    { key: key(2), manifest: undefined, sha256: 'a'.repeat(64), clusterId: 'c' },
  ]);
});

test('latest: a pointer to what is not there is damage, never an empty store', () => {
  for (const keys of [[], both(key(1)), [manifestKey(key(2))], ['latestbackup.snap']])
    assert.throws(() => candidates(LATEST, pointer(key(2)), keys), {
      exit: 'integrity',
      message: new RegExp(`latest\\.json names ${key(2)}, which is not in the store`),
      hint: /restore\.snapshot\.key/,
    });
});

test('latest: without a pointer the newest with a manifest, by time and then by raft index', () => {
  const sameTime = [key(2, 9), key(2, 10)].flatMap(both);

  assert.deepEqual(found(LATEST, undefined, [...both(key(1)), ...sameTime, key(3), 'backup.snap']), [
    key(2, 10),
    key(2, 9),
    key(1),
  ]);
});

test("latest: without any of ours other tools' snapshots: the fixed name, then the last by name", () => {
  const keys = ['2026-01-01.snap', '2026-01-03.snap', 'latestbackup.snap', '2026-01-02.snap', 'notes.txt'];

  assert.deepEqual(found(LATEST, undefined, keys), [
    'latestbackup.snap',
    '2026-01-03.snap',
    '2026-01-02.snap',
    '2026-01-01.snap',
  ]);
  assert.deepEqual(found(LATEST, undefined, ['old/a.snap', 'daily/latestbackup.snap']), [
    'daily/latestbackup.snap',
    'old/a.snap',
  ]);
  assert.deepEqual(found(LATEST, undefined, ['xlatestbackup.snap', 'z.snap']), [
    'z.snap',
    'xlatestbackup.snap',
  ]);
});

test('latest: one of our names without a manifest was never verified, and is not taken unasked', () => {
  assert.deepEqual(found(LATEST, undefined, [key(1)]), []);
  assert.deepEqual(found({ key: key(1) }, undefined, [key(1)]), [key(1)]);
});

test('key: that one alone, whatever the pointer says, with its manifest where it has one', () => {
  const keys = [...both(key(1)), ...both(key(2)), 'other.snap'];

  assert.deepEqual(candidates({ key: key(1) }, pointer(key(2)), keys), [
    { key: key(1), manifest: manifestKey(key(1)), sha256: undefined, clusterId: undefined },
  ]);
  assert.deepEqual(found({ key: 'other.snap' }, undefined, keys), ['other.snap']);
});

test('before: the newest taken at or before that time, then older ones', () => {
  const keys = [1, 2, 3].flatMap((day) => both(key(day)));

  assert.deepEqual(found({ before: '2026-01-02T12:00:00Z' }, pointer(key(3)), [...keys, key(2, 99)]), [
    key(2),
    key(1),
  ]);
  assert.deepEqual(found({ before: '2026-01-02T14:00:00+03:00' }, undefined, keys), [key(1)]);
});

test('what was asked for and is not there is never taken for an empty store', () => {
  for (const keys of [[], both(key(5)), ['latestbackup.snap'], [key(1)]])
    for (const choice of [
      { key: key(2) },
      { key: '' },
      { before: '2026-01-04T00:00:00Z' },
      { before: 'no time' },
    ] as const)
      assert.throws(() => candidates(choice, undefined, keys), {
        exit: 'noSnapshot',
        hint: /lifeboat snapshots/,
      });
});

const anyKey = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((day) => key(day)),
  fc.integer({ min: 1, max: 6 }).map((day) => manifestKey(key(day))),
  fc.constantFrom('latest.json', 'latestbackup.snap', 'a.snap', 'snapshots/x.snap', 'receipts/r.json'),
);

test('candidates are objects of the store, each once, best first; asking for something never gives nothing', () => {
  const choice = fc.oneof<fc.Arbitrary<SnapshotChoice>[]>(
    fc.constant(LATEST),
    anyKey.map((wanted) => ({ key: wanted })),
    fc.integer({ min: 0, max: 7 }).map((day) => ({ before: new Date(Date.UTC(2026, 0, day)).toISOString() })),
  );
  const at = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
  fc.assert(
    fc.property(choice, at, fc.uniqueArray(anyKey, { maxLength: 14 }), (wanted, day, keys) => {
      const named = day === undefined ? undefined : pointer(key(day));
      let list: readonly string[];
      try {
        list = found(wanted, named, keys);
      } catch (error) {
        assert.match(String((error as { exit?: string }).exit), /^(noSnapshot|integrity)$/);
        return;
      }
      assert.ok(list.every((one) => keys.includes(one)));
      assert.equal(new Set(list).size, list.length);
      if (!('latest' in wanted) || named !== undefined) assert.ok(list.length > 0);
      if ('latest' in wanted && named !== undefined) assert.equal(list[0], named.key);
      const times = list.flatMap((one) => parseSnapshotKey(one)?.taken.getTime() ?? []);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a),
      );
    }),
    { numRuns: 2000 },
  );
});
