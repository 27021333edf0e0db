/** One holder at a time, and a dead holder holds nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withFileLock } from './file-lock.mjs';

function lockFile(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'lock');
}

test('two never hold it together, and both get it', async (t) => {
  const file = lockFile(t);
  let inside = 0;
  let most = 0;
  let waited = 0;
  const work = async (): Promise<void> => {
    inside++;
    most = Math.max(most, inside);
    await pause(20);
    inside--;
  };
  const told = (): void => {
    waited++;
  };

  await Promise.all([withFileLock(file, work, told), withFileLock(file, work, told)]);

  assert.equal(most, 1);
  assert.equal(waited, 1);
  assert.equal(existsSync(file), false);
});

test('it is given back when the work fails', async (t) => {
  const file = lockFile(t);

  await assert.rejects(
    withFileLock(file, () => Promise.reject(new Error('no luck'))),
    /no luck/,
  );

  assert.equal(existsSync(file), false);
});

test('the lock of a process that died is taken away', async (t) => {
  const file = lockFile(t);
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  writeFileSync(file, `${hostname()} ${pid} 12345 0.5`);

  assert.equal(await withFileLock(file, async () => 'held'), 'held');
});

test('a process id that was given to another process since does not hold it either', async (t) => {
  const file = lockFile(t);
  writeFileSync(file, `${hostname()} ${process.pid} 1 0.5`);

  assert.equal(await withFileLock(file, async () => 'held'), 'held');
});
