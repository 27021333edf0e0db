import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LifeboatError, messageOf, systemCode } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';

test('an error carries its sentence, its hint, its exit code and whether to try again', () => {
  const cause = new Error('below');
  const error = new LifeboatError('refused', 'it stops', { hint: 'do this', cause, retryable: true });

  assert.deepEqual(
    [error.message, error.hint, error.exitCode, error.retryable, error.cause, error.name],
    ['it stops', 'do this', 11, true, cause, 'LifeboatError'],
  );
});

test('without options there is no hint, no cause and no other try', () => {
  const error = new LifeboatError('store', 'it stops');

  assert.equal(error.hint, undefined);
  assert.equal('cause' in error, false);
  assert.equal(error.retryable, false);
});

test('exit codes are a stable interface: no number means two things, none changes', () => {
  const codes = Object.fromEntries(Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code]));

  assert.deepEqual(codes, {
    ok: 0,
    bug: 1,
    usage: 2,
    config: 3,
    drift: 4,
    check: 5,
    tool: 6,
    unseen: 7,
    act: 8,
    underWay: 9,
    noSnapshot: 10,
    refused: 11,
    keys: 12,
    integrity: 13,
    store: 14,
    vault: 15,
    timeout: 16,
    interrupted: 130,
    terminated: 143,
  });
});

test('the text and the code of anything thrown can be told', () => {
  assert.equal(messageOf(new TypeError('x')), 'x');
  assert.equal(messageOf('just text'), 'just text');
  assert.equal(messageOf(undefined), 'undefined');
  assert.equal(systemCode(Object.assign(new Error('x'), { code: 'ENOENT' })), 'ENOENT');
  for (const other of [new Error('x'), { code: 7 }, null, undefined, 'ENOENT'])
    assert.equal(systemCode(other), undefined);
});
