import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { systemTrouble } from './system-trouble.ts';

test('a failure of a volume is a refusal with the path, the reason and what to do', () => {
  let seen: unknown;
  try {
    mkdirSync('/proc/version/x');
  } catch (error) {
    seen = error;
  }

  const trouble = systemTrouble(seen);

  assert.equal(trouble?.exitCode, 11);
  assert.match(trouble.message, /ENOTDIR.*'\/proc\/version\/x'/);
  assert.match(trouble.hint ?? '', /delete the pod/);
});

test('missing rights and missing room each say how they are cured', () => {
  const of = (code: string) => systemTrouble(Object.assign(new Error(`${code}: x`), { code }))?.hint ?? '';

  assert.match(of('EACCES'), /fsGroup/);
  assert.match(of('ENOSPC'), /dataStorage\.size/);
});

test('a defect stays a defect', () => {
  assert.equal(systemTrouble(new TypeError('x is not a function')), undefined);
  assert.equal(systemTrouble(Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' })), undefined);
  assert.equal(systemTrouble('ENOSPC'), undefined);
});
