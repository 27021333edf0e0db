import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excessive, lacking } from './rights.ts';

const SNAPSHOT = 'sys/storage/raft/snapshot';
const GOOD = { [SNAPSHOT]: ['read'], 'sys/audit': ['read', 'sudo'] };

const may = (more: Readonly<Record<string, readonly string[]>> = {}) =>
  new Map(Object.entries({ ...GOOD, ...more }));

test('a snapshot and the audit devices are all that is wanted', () => {
  assert.deepEqual(lacking(may()), []);
  assert.deepEqual(excessive(may({ 'sys/seal': ['deny'] }), ['sys/seal']), []);
});

test('a path that is not allowed, or by halves, is named', () => {
  assert.deepEqual(lacking(may({ [SNAPSHOT]: ['deny'], 'sys/audit': ['read'] })), [
    `read on ${SNAPSHOT}`,
    'read and sudo on sys/audit',
  ]);
});

test('rights to restore, to seal, or of root are more than a backup needs', () => {
  assert.deepEqual(excessive(may({ [SNAPSHOT]: ['create', 'read', 'update'] }), []), [
    `create and update on ${SNAPSHOT}`,
  ]);
  assert.deepEqual(excessive(may({ 'sys/seal': ['sudo', 'update'] }), ['sys/seal']), [
    'sudo and update on sys/seal',
  ]);
  const root = may({ [SNAPSHOT]: ['root'], 'sys/audit': ['root'] });
  assert.deepEqual(lacking(root), []);
  assert.deepEqual(excessive(root, []), [`root on ${SNAPSHOT}`]);
});
