/** One small case in every format: what people commit. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FORMAT_NAMES } from '../../generator/formats/format-names.ts';
import { requireTool } from '../support/skip.ts';
import { filesBelow, GOLDEN, repository } from './repository.ts';

for (const format of FORMAT_NAMES) {
  test(`${format} renders as it did, and the same bytes wherever the repository stands`, async (t) => {
    if ((await requireTool(t, 'helm')) === undefined) return;
    const [here, there] = [repository(t), repository(t)];
    await here.render([format]);
    await there.render([...FORMAT_NAMES].reverse());
    const [folder, golden] = [path.join(here.out, format), path.join(GOLDEN, format)];

    if (process.env.UPDATE_GOLDEN === '1') {
      rmSync(golden, { recursive: true, force: true });
      mkdirSync(golden, { recursive: true });
      cpSync(folder, golden, { recursive: true });
    }

    assert.notEqual(filesBelow(folder).length, 0);
    assert.deepEqual(filesBelow(folder), filesBelow(golden));
    for (const name of filesBelow(golden)) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      assert.equal(text, readFileSync(path.join(golden, name), 'utf8'), name);
      assert.equal(text, readFileSync(path.join(there.out, format, name), 'utf8'), name);
    }
  });
}
