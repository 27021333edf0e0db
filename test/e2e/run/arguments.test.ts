import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotRun } from '../cluster/cluster.ts';
import { readArguments, USAGE } from './arguments.ts';

test('nothing said: everything, one after the other, without a limit', () => {
  const { pattern, seconds, atOnce, keep, reuse, on } = readArguments([]);

  assert.deepEqual(
    [pattern, seconds, atOnce, keep, reuse, on],
    [undefined, undefined, 1, false, false, undefined],
  );
});

test('a pattern does not mind the case', () => {
  assert.ok(readArguments(['-t', 'three REPLICAS']).pattern?.test('Three replicas of vault'));
});

test('what is wrong is one sentence with the next command', () => {
  const wrong = [
    ['--budget', '0'],
    ['--budget', '10m'],
    ['--at-once', '-1'],
    ['-t', '('],
    ['--on', 'cloud'],
    ['--spare'],
    ['results.json'],
    ['--write-table', '-t', 'one'],
  ];
  for (const args of wrong)
    assert.throws(
      () => readArguments(args),
      (error) => error instanceof CannotRun && error.fault === 'told' && !error.message.includes('\n'),
      args.join(' '),
    );
});

test('the help names every flag', () => {
  for (const flag of ['-t,', '--list', '--budget', '--at-once', '--keep', '--reuse', '--on', '--write-table'])
    assert.ok(USAGE.includes(` ${flag} `), flag);
});
