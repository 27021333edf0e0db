import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { CannotRun } from '../cluster/cluster.ts';
import { emptyResults } from './result-folder.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-results-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a folder of results is emptied, and one that holds something else is not', () => {
  emptyResults(folder);
  writeFileSync(path.join(folder, 'results.json'), '{}');
  emptyResults(folder);
  assert.ok(!readdirSync(folder).includes('results.json'));

  const other = path.join(folder, 'other');
  emptyResults(other);
  rmSync(path.join(other, '.lifeboat-e2e'));
  writeFileSync(path.join(other, 'diary'), 'mine');
  assert.throws(() => emptyResults(other), CannotRun);
  assert.deepEqual(readdirSync(other), ['diary']);
});
