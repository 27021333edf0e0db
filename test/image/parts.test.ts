/** The image's budget: what fills it stands in docs, and what grows is noticed here, without the image being built. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BELONGS_TO_NOTHING, grown, partOf, programOf, tableOf } from './parts.ts';
import { budget, tableIn } from './size-page.ts';

const DIST = path.resolve(import.meta.dirname, '../../dist');

test('the program and its SDKs are within a tenth of what the budget says', () => {
  const sizes = readdirSync(DIST)
    .filter((name) => name.endsWith('.cjs'))
    .map((name) => [partOf(`app/${name}`), statSync(path.join(DIST, name)).size] as const);
  const parts: Record<string, number> = {};
  for (const [part, size] of sizes) parts[part] = (parts[part] ?? 0) + size;

  assert.ok(programOf(parts) > 1_000_000);
  assert.ok(
    programOf(parts) <= programOf(budget().parts) * 1.1,
    `${programOf(parts)} bytes instead of ${programOf(budget().parts)}\n  next: look what came into the bundle; where it belongs there, npm run image, and commit`,
  );
});

test('the page shows the table of the budget', () => {
  assert.equal(tableIn(readFileSync(path.resolve(DIST, '../docs/image.md'), 'utf8')), tableOf(budget()));
});

test('growth by more than a tenth is named, and less is not', () => {
  const was = { compressed: 100, parts: { node: 900, 'the program': 100 } };

  assert.deepEqual(grown({ compressed: 110, parts: { node: 990, 'the program': 110 } }, was), []);
  assert.deepEqual(grown({ compressed: 100, parts: { node: 901, 'the program': 112 } }, was), [
    'the program and the SDKs has grown from 100 to 112 bytes (12 %)',
  ]);
  assert.equal(grown({ compressed: 111, parts: { node: 1100, 'the program': 111 } }, was).length, 3);
});

test('a file that nobody thought of has no part', () => {
  assert.equal(partOf('app/sdk-s3.cjs'), 'the SDKs of the stores');
  assert.equal(partOf('lib/x86_64-linux-gnu/libc.so.6'), 'its loader and libraries');
  assert.equal(partOf('lib/ld-musl-aarch64.so.1'), 'its loader and libraries');
  for (const file of ['bin/sh', 'usr/local/bin/npm', 'app/node_modules/x/index.js', 'etc/shadow'])
    assert.equal(partOf(file), BELONGS_TO_NOTHING, file);
});
