import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { yamlText } from './yaml-text.ts';

test('what a YAML 1.1 reader would take for something else is quoted', () => {
  const data = {
    a: 'yes',
    b: 'off',
    c: '0644',
    d: '1:30',
    e: '2026-01-01',
    f: 'null',
    g: '1e3',
    h: 'y',
    i: '~',
  };

  assert.deepEqual(parse(yamlText(data), { version: '1.1' }), data);
});

test('comments stand above their keys, and one for a missing key is left out', () => {
  const text = yamlText({ a: { b: [1, 2] } }, 'Head.', [
    { path: ['a', 'b'], text: 'About b.\nMore.' },
    { path: ['a', 'b', 1], text: 'Two.' },
    { path: ['x'], text: 'Nowhere.' },
  ]);

  assert.equal(text, '# Head.\n\na:\n  # About b.\n  # More.\n  b:\n    - 1\n    # Two.\n    - 2\n');
});

test('equal parts are written twice, not by alias', () => {
  const part = { x: 1 };

  assert.ok(!yamlText({ a: part, b: part }).includes('&'));
});

test('a long line is not folded', () => {
  const text = yamlText({ a: `${'word '.repeat(100)}end` });

  assert.equal(text.split('\n').length, 2);
});
