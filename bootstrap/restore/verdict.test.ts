import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText } from '../../contract/age-text.ts';
import type { Manifest, Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { finalSentence, restoredSentence } from './verdict.ts';
import type { RestoreWork } from './work.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

test('an age is told in its two largest units', () => {
  const hour = 3600;
  for (const [seconds, text] of [
    [0, '0 s'],
    [0.4, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [hour - 1, '59 min 59 s'],
    [2 * hour + 5 * 60 + 59, '2 h 5 min'],
    [24 * hour, '1 d'],
    [24 * hour + 59, '1 d'],
    [3 * 24 * hour + 4 * hour, '3 d 4 h'],
    [-5, '0 s'],
  ] as const)
    assert.equal(ageText(before(seconds), NOW), text);
});

const slice = { name: 'prod' } as RestoreSlice;
const manifest = { taken: { started: '2026-11-23T10:00:00Z' } } as Manifest;
const work = { key: 'snapshots/a.snap', manifest } as RestoreWork;
const receipt: Receipt = {
  version: 1,
  name: 'prod',
  snapshot: { key: 'snapshots/a.snap', sha256: '0'.repeat(64), taken: '2026-11-23T10:00:00Z' },
  clusterId: '',
  restored: '2026-11-23T11:59:00Z',
  phases: [],
  tool: { version: 'test' },
};

test('what a private server proved is not yet called RESTORED', () => {
  const proof = { verdict: 'restored', clusterId: 'c-1', shares: 5, threshold: 3 } as const;

  const sentence = restoredSentence(slice, work, proof, NOW);

  assert.equal(
    sentence,
    'the data of prod from snapshots/a.snap, taken 2026-11-23T10:00:00Z, 2 h ago is in place and proven: unsealed, active, cluster_id c-1',
  );
  assert.doesNotMatch(sentence, /RESTORED/);
});

test("with people's keys the sentence says what is waited for", () => {
  const proof = { verdict: 'restored-sealed', clusterId: '', shares: 5, threshold: 3 } as const;

  const sentence = restoredSentence(slice, { ...work, manifest: undefined }, proof, NOW);

  assert.equal(
    sentence,
    'the data of prod from snapshots/a.snap, taken at an unknown time (no manifest) is in place: restored, sealed, waits for 3 of 5 unseal shares that people hold',
  );
});

test('the last sentence names Vault, snapshot, age and cluster_id', () => {
  assert.equal(
    finalSentence(receipt, 'c-1', NOW),
    'RESTORED prod from snapshots/a.snap, taken 2026-11-23T10:00:00Z, 2 h ago; cluster_id c-1',
  );
  const { taken: _none, ...snapshot } = receipt.snapshot;
  assert.match(
    finalSentence({ ...receipt, snapshot }, 'c-1', NOW),
    /taken at an unknown time \(no manifest\);/,
  );
});

test('the last verdict of a rehearsal names the original', () => {
  const sentence = finalSentence({ ...receipt, rehearsalOf: 'vault/vault' }, 'c-1', NOW);

  assert.match(sentence, /^RESTORED prod .*cluster_id c-1; a rehearsal: the original is vault\/vault$/);
});
