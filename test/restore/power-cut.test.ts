/** Nothing is renamed to where it counts before it is on the disk: a power cut leaves the old state or the new one, whole. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { renameDurably, writeDurably } from '../../bootstrap/durable.ts';
import { createLog } from '../../bootstrap/log.ts';
import { completeAttempt, createAttempt } from '../../bootstrap/restore/attempt-life.ts';
import { swap } from '../../bootstrap/restore/final-renames.ts';
import { PLAIN_RECEIPT } from './plain-receipt.ts';
import { lossesOf } from './power-cut.ts';

const log = createLog({ format: 'text', part: 'test', write: () => {} });

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'power-cut-'));
  await work(folder);
  await rm(folder, { recursive: true });
}

test('a file that is written durably is on the disk, and so is its name', () =>
  inFolder(async (folder) => {
    const { unsynced, folders } = await lossesOf(() => writeDurably(join(folder, 'note'), 'text'));

    assert.deepEqual(unsynced, []);
    assert.deepEqual(folders, []);
  }));

test('a rename that is done durably is in both folders', () =>
  inFolder(async (folder) => {
    for (const name of ['a', 'b']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'a', 'part'), '');

    const { folders } = await lossesOf(() => renameDurably(join(folder, 'a/part'), join(folder, 'b/part')));

    assert.deepEqual(folders, []);
  }));

test('every byte of a restored Vault is on the disk before its first part is renamed into place', () =>
  inFolder(async (folder) => {
    const { unsynced, folders } = await lossesOf(async () => {
      const attempt = await createAttempt(folder);
      // As the private server leaves them: whether it synced all that it wrote is its own affair.
      for (const file of ['node-id', 'vault.db', 'raft/raft.db', 'raft/wal/0001']) {
        await mkdir(dirname(join(attempt.data, file)), { recursive: true });
        await writeFile(join(attempt.data, file), 'core/keyring');
      }
      await completeAttempt(attempt, PLAIN_RECEIPT);
      await swap(folder, attempt.number, log);
    });

    assert.deepEqual(unsynced, []);
    assert.deepEqual(
      folders.filter((path) => path === folder),
      [],
    );
  }));

test('the account itself: a file that was never synced is told', () =>
  inFolder(async (folder) => {
    const { unsynced } = await lossesOf(async () => {
      await writeFile(join(folder, 'a'), 'x');
      await renameDurably(join(folder, 'a'), join(folder, 'b'));
    });

    assert.match(unsynced.join(), /rename of .*\/a to .*\/b while .*\/a was not on the disk/);
  }));
