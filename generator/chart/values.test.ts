import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSet, isTrue, mergeValues, valueAt } from './values.ts';

test('merges as Helm does: maps deep, lists and scalars replaced, null removes', () => {
  const base = { a: { b: 1, c: [1, 2], d: 'x' }, e: { f: 1 }, g: 1 };
  const over = { a: { c: [3], d: null, n: { x: null, y: 1 } }, e: 'text', g: { h: 1 } };

  assert.deepEqual(mergeValues(base, over), {
    a: { b: 1, c: [3], n: { y: 1 } },
    e: 'text',
    g: { h: 1 },
  });
});

test('changes neither of its arguments', () => {
  const base = Object.freeze({ a: Object.freeze({ b: 1 }) });

  mergeValues(base, { a: { b: 2 } });

  assert.deepEqual(base, { a: { b: 1 } });
});

test('reads values as the templates of the chart do', () => {
  const values = { a: 'true', b: true, c: '-', d: 0, e: '', f: [], g: {}, h: { i: { j: 5 } } };

  assert.ok(isTrue(values, 'a') && isTrue(values, 'b'));
  assert.ok(!isTrue(values, 'c') && isSet(values, 'c'));
  for (const path of ['d', 'e', 'f', 'g', 'missing', 'h.i.missing.deeper'])
    assert.ok(!isSet(values, path), path);
  assert.equal(valueAt(values, 'h.i.j'), 5);
});
