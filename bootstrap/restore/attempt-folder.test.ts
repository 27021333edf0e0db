/** Deaths at every change of the disk are in test/restore/crashes.test.ts. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Receipt } from '../../contract/manifest.ts';
import { dyingAt } from '../../test/restore/crashing-files.ts';
import { writeDurably } from '../durable.ts';
import { createLog } from '../log.ts';
import { latestRestored, readComplete, readDisk, setAside, swapIntoPlace } from './attempt-folder.ts';
import {
  type Attempt,
  completeAttempt,
  createAttempt,
  removeUnproven,
  sizeOfUnproven,
} from './attempt-life.ts';
import { swap } from './final-renames.ts';

const log = createLog({ format: 'text', part: 'test', write: () => {} });

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'attempts-'));
});
afterEach(() => rm(data, { recursive: true }));

const receipt = (key: string): Receipt => ({
  version: 1,
  name: 'prod',
  snapshot: { key, sha256: '0'.repeat(64) },
  clusterId: 'c',
  restored: '2026-11-23T22:42:54Z',
  phases: [],
  tool: { version: 'test' },
});

async function proven(key: string): Promise<Attempt> {
  const attempt = await createAttempt(data);
  await mkdir(join(attempt.data, 'raft'));
  await writeFile(join(attempt.data, 'raft', 'raft.db'), key);
  await writeFile(join(attempt.data, 'vault.db'), `${key} core/keyring`);
  await writeFile(join(attempt.tmp, 'snapshot1'), 'buffered');
  await completeAttempt(attempt, receipt(key));
  return attempt;
}

test('a proven attempt keeps its data and receipt, and loses its temporary files', async () => {
  const attempt = await proven('a');

  assert.deepEqual(await readComplete(attempt.folder), {
    parts: ['raft', 'vault.db'],
    receipt: receipt('a'),
  });
  assert.deepEqual((await readdir(attempt.folder)).sort(), ['complete.json', 'data', 'owner']);
  assert.deepEqual(await readDisk(data), {
    live: { state: 'empty' },
    liveParts: [],
    attempts: [{ number: 1, provenParts: ['raft', 'vault.db'], parts: ['raft', 'vault.db'] }],
  });
});

test('a mark that was cut, or that names what we never wrote, marks nothing', async () => {
  const attempt = await proven('a');
  const whole = await readFile(join(attempt.folder, 'complete.json'), 'utf8');
  for (const text of [
    '',
    whole.slice(0, 20),
    whole.slice(0, -3),
    '[]',
    '{}',
    'null',
    '{"parts":["raft","../x"],"receipt":{}}',
    '{"parts":["raft","vault.db"]}',
  ]) {
    await writeFile(join(attempt.folder, 'complete.json'), text);
    assert.equal(await readComplete(attempt.folder), undefined, text);
  }
});

test('our folder that cannot be read is not an empty disk, and keeps no whole Vault from starting', async () => {
  await writeFile(join(data, '.lifeboat'), 'a file where the folder should be');
  await assert.rejects(readDisk(data), { code: 'ENOTDIR' });

  // The first of the final renames may have been done: what else there is stands in our folder.
  await mkdir(join(data, 'raft'));
  await writeFile(join(data, 'raft', 'raft.db'), 'core/keyring');
  await assert.rejects(readDisk(data), { code: 'ENOTDIR' });

  await writeFile(join(data, 'vault.db'), 'core/keyring');
  assert.equal((await readDisk(data)).live.state, 'data');
});

test('attempts are numbered upwards, past ten and past what people called them', async () => {
  for (const name of ['attempt-9', 'attempt-10', 'attempt-x', 'attempt-', 'attempt-2 (copy)', 'aside-30'])
    await mkdir(join(data, '.lifeboat', name), { recursive: true });

  assert.equal((await createAttempt(data)).number, 11);
  assert.deepEqual(
    (await readDisk(data)).attempts.map(({ number }) => number),
    [9, 10, 11],
  );
});

test('a Vault that appeared after the look is not moved aside', async () => {
  await mkdir(join(data, 'raft'));
  await writeFile(join(data, 'vault.db'), 'core/keyring');

  await assert.rejects(setAside(data), { exit: 'refused', hint: /another pod/ });

  assert.deepEqual((await readDisk(data)).liveParts, ['raft', 'vault.db']);
});

test('what unproven attempts take on the disk is known before they are removed, holes not counted', async () => {
  assert.equal(await sizeOfUnproven(data), 0);
  const kept = await proven('kept');
  await writeFile(join(kept.data, 'raft', 'more'), Buffer.alloc(4 << 20, 1));
  const unproven = await createAttempt(data);
  await writeFile(join(unproven.data, 'vault.db'), Buffer.alloc(1 << 20, 1));
  await truncate(join(unproven.data, 'vault.db'), 1 << 30);
  await mkdir(join(data, '.lifeboat', 'removing-7'));
  await writeFile(join(data, '.lifeboat', 'removing-7', 'raft.db'), Buffer.alloc(1 << 20, 1));

  const size = await sizeOfUnproven(data);

  assert.ok(size >= 2 << 20 && size < 3 << 20, String(size));
});

test('unproven attempts are removed, proven ones and all else stay', async () => {
  await createAttempt(data);
  await proven('kept');
  await createAttempt(data);
  for (const name of ['aside-1', 'download']) await mkdir(join(data, '.lifeboat', name));

  assert.deepEqual(await removeUnproven(data), [1, 3]);
  assert.deepEqual((await readdir(join(data, '.lifeboat'))).sort(), ['aside-1', 'attempt-2', 'download']);
});

test('a removal that was interrupted leaves no half of an attempt, and is finished by the next', async () => {
  const attempt = await createAttempt(data);
  await writeFile(join(attempt.data, 'vault.db'), 'x');
  // 1: the rename, 2: the removal, of which half is done.
  assert.equal(await dyingAt(2, async () => void (await removeUnproven(data))), 'crashed');
  assert.deepEqual(await readdir(join(data, '.lifeboat')), ['removing-1']);

  assert.deepEqual(await removeUnproven(data), []);
  assert.deepEqual(await readdir(join(data, '.lifeboat')), []);
});

test('two pods never get the same attempt', async () => {
  const made = await Promise.allSettled([1, 2, 3].map(() => createAttempt(data)));

  const folders = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value.folder] : []));
  assert.ok(folders.length > 0);
  assert.equal(new Set(folders).size, folders.length);
  for (const one of made)
    if (one.status === 'rejected') assert.equal((one.reason as { exit?: string }).exit, 'refused');
});

test('what a never initialised server left is moved aside whole, each time into a folder of its own', async () => {
  assert.equal(await setAside(data), undefined);
  for (const number of [1, 2]) {
    await mkdir(join(data, 'raft'));
    await writeFile(join(data, 'vault.db'), String(number));
    assert.equal(await setAside(data), join(data, '.lifeboat', `aside-${number}`));
    assert.equal(await readFile(join(data, '.lifeboat', `aside-${number}`, 'vault.db'), 'utf8'), `${number}`);
  }
  assert.deepEqual(await readdir(data), ['.lifeboat']);
});

test('an attempt is put into place part by part, in one order, and only the newest', async () => {
  const [older, newer] = [await proven('older'), await proven('newer')];
  await assert.rejects(swap(data, older.number, log), { exit: 'refused' });
  assert.deepEqual(await readdir(data), ['.lifeboat']);

  const renamed: string[] = [];
  await swapIntoPlace(data, newer.number, ['vault.db', 'raft'], (part) => renamed.push(part));

  assert.deepEqual(renamed, ['raft', 'vault.db']);
  assert.equal(await readFile(join(data, 'raft', 'raft.db'), 'utf8'), 'newer');
});

test('the newest attempt of which nothing is left in its folder is the one that was restored', async () => {
  assert.equal(await latestRestored(data), undefined);
  const first = await proven('first');
  assert.equal(await latestRestored(data), undefined);
  await swap(data, first.number, log);
  assert.deepEqual(await latestRestored(data), { folder: first.folder, receipt: receipt('first') });

  // Put into place by hand.
  const second = await proven('second');
  await rename(join(second.data, 'raft'), join(second.folder, 'elsewhere'));
  assert.equal((await latestRestored(data))?.folder, first.folder);
  await rm(join(second.data, 'vault.db'));
  assert.equal((await latestRestored(data))?.folder, second.folder);
});

test('a file is replaced whole or not at all', async () => {
  const file = join(data, 'mark');
  await writeDurably(file, 'the old text');
  for (let fatal = 1; ; fatal++) {
    const end = await dyingAt(fatal, () => writeDurably(file, 'a new text'));
    const text = await readFile(file, 'utf8');
    if (end === 'done') {
      assert.equal(text, 'a new text');
      break;
    }
    assert.equal(text, 'the old text', `died at change ${fatal}`);
  }
});
