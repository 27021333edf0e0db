import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { NOTHING_TO_DO } from '../../contract/pod.ts';
import { type RestoreWork, readNote, writeNote } from './work.ts';

let folder: string;
let note: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'note-'));
  note = join(folder, 'note');
});
afterEach(() => rm(folder, { recursive: true }));

const WORK: RestoreWork = {
  key: 'snapshots/a\nb.snap',
  file: '/data/.lifeboat/download/snapshot.snap',
  size: 7,
  sha256: '0'.repeat(64),
  stateSize: 9,
  sealKind: 'shamir',
  manifest: undefined,
  seconds: { find: 0.1, download: 0.2 },
};

test('the note of nothing to do is the one line that the shell compares', async () => {
  await writeNote({ work: 'none' }, note);

  assert.equal(await readFile(note, 'utf8'), `${NOTHING_TO_DO}\n`);
  assert.deepEqual(await readNote(note), { work: 'none' });
});

test('why a server starts empty stands below that line, and is read again', async () => {
  const start = { because: 'join', quorumWarning: 'two are gone' } as const;
  await writeNote({ work: 'none', start }, note);

  assert.equal((await readFile(note, 'utf8')).split('\n')[0], NOTHING_TO_DO);
  assert.deepEqual(await readNote(note), { work: 'none', start });
});

test('the work crosses the note as it was, line ends in it too', async () => {
  await writeNote({ work: 'restore', restore: WORK }, note);

  assert.equal((await readFile(note, 'utf8')).split('\n')[0], 'restore');
  const { manifest: _absent, ...rest } = WORK;
  assert.deepEqual(await readNote(note), { work: 'restore', restore: rest });
});

test('a new note replaces the old one, readable by the other containers, and leaves nothing beside it', async () => {
  await writeNote({ work: 'restore', restore: WORK }, note);
  await writeNote({ work: 'none' }, note);

  assert.deepEqual(await readNote(note), { work: 'none' });
  assert.deepEqual(await readdir(folder), ['note']);
  assert.equal((await stat(note)).mode & 0o777, 0o644);
});

test('no note, or one that this version did not write, is none', async () => {
  assert.equal(await readNote(note), undefined);
  for (const text of [
    '',
    '\n',
    'restore',
    'restore\n',
    'restore\n{"key":',
    'swap\n',
    'nothing to do?\n',
    '{}',
  ]) {
    await writeFile(note, text);
    assert.equal(await readNote(note), undefined, text);
  }
});
