/** Whole rendered files, compared byte by byte. UPDATE_GOLDEN=1 writes them anew; read the difference before you commit it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CASES, GOLDEN, renderCase } from './cases.ts';

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

for (const name of CASES) {
  test(`${name} renders as it did`, async () => {
    const { files } = await renderCase(name);
    const folder = path.join(GOLDEN, name);

    if (process.env.UPDATE_GOLDEN === '1') {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const file of files) {
        mkdirSync(path.dirname(path.join(folder, file.name)), { recursive: true });
        writeFileSync(path.join(folder, file.name), file.text);
      }
    }

    assert.deepEqual(filesBelow(folder), files.map((file) => file.name).sort());
    for (const file of files) {
      assert.equal(file.text, readFileSync(path.join(folder, file.name), 'utf8'), file.name);
    }
  });

  test(`${name} renders the same bytes twice`, async () => {
    assert.deepEqual((await renderCase(name)).files, (await renderCase(name)).files);
  });
}
