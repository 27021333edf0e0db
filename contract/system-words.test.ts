import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemWords, unreadableWords } from './system-words.ts';

function failure(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test('says why a file cannot be read, without the code of the system', () => {
  assert.equal(
    unreadableWords(
      'x',
      failure(() => readFileSync('/nowhere/x')),
    ),
    'x does not exist',
  );
  assert.equal(
    unreadableWords(
      'x',
      failure(() => readFileSync('/')),
    ),
    'x is a folder',
  );
  assert.equal(unreadableWords('x', { code: 'EACCES' }), 'x cannot be read: permission denied');
  assert.equal(unreadableWords('x', { code: 'Z_DATA_ERROR' }), 'x is not a gzip archive');
});

test('names a code that it has no words for', () => {
  assert.equal(systemWords({ code: 'EODD' }), 'EODD');
  assert.equal(systemWords('x'), 'unreadable');
});
