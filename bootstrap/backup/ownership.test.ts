import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pointer } from '../../contract/manifest.ts';
import { requireOwnership } from './ownership.ts';

const pointer: Pointer = {
  version: 1,
  key: 'snapshots/20261123T224254Z-42.snap',
  sha256: '0'.repeat(64),
  clusterId: 'lost',
  taken: '2026-11-23T22:42:54Z',
};

test('the first backup of a name, and the next ones of the same Vault, may be written', () => {
  assert.equal(requireOwnership('any', undefined, undefined), 'first');
  assert.equal(requireOwnership('any', undefined, 'lost'), 'first');
  assert.equal(requireOwnership('lost', pointer, undefined), 'same');
  assert.equal(requireOwnership('lost', pointer, 'other'), 'same');
});

test("another Vault takes the place by a person's word alone, and only for the one that was named", () => {
  assert.equal(requireOwnership('fresh', pointer, 'lost'), 'taken-over');
  for (const word of [undefined, '', 'fresh', 'Lost', 'lost ', 'other'])
    assert.throws(() => requireOwnership('fresh', pointer, word), { exit: 'refused', exitCode: 11 });
});

test('the refusal names both Vaults and the command of a takeover', () => {
  assert.throws(() => requireOwnership('fresh', pointer, undefined), {
    message: /cluster_id fresh, .*20261123T224254Z-42\.snap\) belongs to lost; nothing was written/,
    hint: /restore the lost one.*backup\.takeOver: lost.*lifeboat backup --take-over lost/,
    retryable: false,
  });
});
