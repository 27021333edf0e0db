import assert from 'node:assert/strict';
import { link, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { placeFile, placeNew, placeOver, placeWithoutLinks, removeOldTemporaries } from './new-file.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-new-file-'));
});
after(() => rm(folder, { recursive: true }));

const text = (content: string) => (file: { writeFile(data: string): Promise<void> }) =>
  file.writeFile(content);

for (const [title, place] of [
  ['by a hard link', placeNew],
  ['without hard links', placeWithoutLinks],
] as const) {
  test(`a new file is placed ${title} and never over another`, async () => {
    const path = join(folder, title);
    await placeFile(path, text('first'), place);
    await assert.rejects(placeFile(path, text('second'), place), /exists already/);
    assert.equal(await readFile(path, 'utf8'), 'first');
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('.')),
      [],
    );
  });
}

test('a link that was made though its answer was lost counts as placed', async () => {
  const temporary = join(folder, '.x.1.part');
  await writeFile(temporary, 'ours');
  await link(temporary, join(folder, 'x'));
  await placeNew(temporary, join(folder, 'x'));
  assert.equal(await readFile(join(folder, 'x'), 'utf8'), 'ours');
});

test('placing over replaces', async () => {
  const path = join(folder, 'pointer');
  await placeFile(path, text('old'), placeOver);
  await placeFile(path, text('new'), placeOver);
  assert.equal(await readFile(path, 'utf8'), 'new');
});

test('only temporary files of ours that are older than a day are removed', async () => {
  const names = ['.old.snap.aa.part', '.young.snap.bb.part', 'old.snap', '.old-other', 'old.part'];
  for (const name of names) await writeFile(join(folder, name), '');
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const name of names.filter((each) => !each.includes('young'))) {
    await utimes(join(folder, name), twoDaysAgo, twoDaysAgo);
  }
  await removeOldTemporaries(folder);
  const left = await readdir(folder);
  assert.ok(!left.includes('.old.snap.aa.part'));
  for (const name of names.slice(1)) assert.ok(left.includes(name), name);
});
