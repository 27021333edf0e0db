import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compactTime,
  manifestKey,
  parseCompactTime,
  parseSnapshotKey,
  receiptKey,
  snapshotKey,
} from './object-names.ts';

const time = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

test('a snapshot is named by its time and raft index, its manifest beside it', () => {
  const key = snapshotKey(new Date('2026-11-23T22:42:54.987Z'), 4711);

  assert.equal(key, 'snapshots/20261123T224254Z-4711.snap');
  assert.equal(manifestKey(key), 'snapshots/20261123T224254Z-4711.snap.manifest.json');
  assert.deepEqual(parseSnapshotKey(key), { key, taken: new Date('2026-11-23T22:42:54Z'), index: 4711 });
});

test('what was named is read again, and names sort by time', () => {
  fc.assert(
    fc.property(time, time, fc.nat(), fc.nat(), (a, b, indexA, indexB) => {
      const [keyA, keyB] = [snapshotKey(a, indexA), snapshotKey(b, indexB)];
      assert.equal(parseSnapshotKey(keyA)?.index, indexA);
      assert.equal(parseSnapshotKey(keyA)?.taken.getTime(), Math.floor(a.getTime() / 1000) * 1000);
      if (compactTime(a) < compactTime(b)) assert.ok(keyA < keyB);
    }),
  );
});

test('only times that exist are read', () => {
  for (const text of [
    '20261323T224254Z',
    '20261123T244254Z',
    '20260231T000000Z',
    '20261123T240000Z',
    '20261123T224254',
    '2026-11-23T22:42:54Z',
    ' 20261123T224254Z',
    '',
  ])
    assert.equal(parseCompactTime(text), undefined, text);
});

test('every other key is none of our snapshots', () => {
  for (const key of [
    '',
    'latest.json',
    'latestbackup.snap',
    'snapshots/backup.snap',
    'snapshots/20261123T224254Z.snap',
    'snapshots/20261123T224254Z--1.snap',
    'snapshots/20261123T224254Z-1.snap.manifest.json',
    'snapshots/20261123T224254Z-1.snap\n',
    'x/snapshots/20261123T224254Z-1.snap',
    'snapshots/20261123T224254Z-99999999999999999999.snap',
    '/snapshots/20261123T224254Z-1.snap',
  ])
    assert.equal(parseSnapshotKey(key), undefined, key);
});

test('the name of a receipt is one plain part of a path, whatever the installation is called', () => {
  const restored = new Date('2026-11-23T22:42:54Z');

  assert.equal(receiptKey(restored, 'vault/prod'), 'receipts/20261123T224254Z-vault_prod.json');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (installation) => {
      assert.match(receiptKey(restored, installation), /^receipts\/20261123T224254Z-[A-Za-z0-9._-]*\.json$/);
    }),
  );
});
