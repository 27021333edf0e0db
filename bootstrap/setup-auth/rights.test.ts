import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingOf } from './rights.ts';

const NEEDS = [
  { path: 'sys/auth/k', capabilities: ['create', 'update', 'sudo'] },
  { path: 'sys/auth', capabilities: ['read'] },
];

const missing = (has: Readonly<Record<string, readonly string[]>>) =>
  missingOf(NEEDS, new Map(Object.entries(has)));

test('root lacks nothing', () => {
  assert.deepEqual(missing({ 'sys/auth/k': ['root'], 'sys/auth': ['root'] }), []);
});

test('one of create and update is enough, since the server decides which it wants; sudo is not', () => {
  assert.deepEqual(missing({ 'sys/auth/k': ['update', 'sudo'], 'sys/auth': ['read'] }), []);
  assert.deepEqual(missing({ 'sys/auth/k': ['update'], 'sys/auth': ['read'] }), [
    { path: 'sys/auth/k', capabilities: ['sudo'] },
  ]);
});

test('a denial lacks everything', () => {
  assert.deepEqual(missing({ 'sys/auth/k': ['deny'] }), NEEDS);
});
