import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from './nearest.ts';

test('counts inserted, removed, replaced and swapped letters', () => {
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('bucket', 'bucket'), 0);
  assert.equal(editDistance('buket', 'bucket'), 1);
  assert.equal(editDistance('bcuket', 'bucket'), 1);
  assert.equal(editDistance('kitten', 'sitting'), 3);
});

test('finds the word that was meant, whatever its case, and none where none is near', () => {
  const known = ['bucket', 'prefix', 'region', 'endpoint'];

  assert.equal(nearest('Bukcet', known), 'bucket');
  assert.equal(nearest('end_point', known), 'endpoint');
  assert.equal(nearest('completely', known), undefined);
  assert.equal(nearest('x', known), undefined);
});
