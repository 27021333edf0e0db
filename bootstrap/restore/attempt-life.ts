/** An attempt from its folder to its mark: created for one process alone, marked by that one, removed where unproven. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import { makeFolder, renameDurably, syncPath, syncTree, writeDurably } from '../durable.ts';
import {
  attemptFolder,
  COMPLETE,
  type CompleteAttempt,
  nextNumber,
  numbersOf,
  ownFolder,
  partsIn,
  readComplete,
} from './attempt-folder.ts';
import type { Part } from './data-directory.ts';

const OWNER = 'owner';
const OTHER_POD = 'another pod uses this claim: end it, then delete this pod to look again';

export interface Attempt {
  readonly number: number;
  readonly folder: string;
  readonly data: string;
  readonly tmp: string;
  /** What the file `owner` holds while this process may mark the attempt. */
  readonly owner: string;
}

/** A new, empty attempt folder of this process alone: two pods never restore into one. */
export async function createAttempt(dataPath: string): Promise<Attempt> {
  await makeFolder(ownFolder(dataPath));
  const number = await nextNumber(dataPath, 'attempt');
  const folder = attemptFolder(dataPath, number);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new LifeboatError('refused', `${folder} was made by somebody else just now`, { hint: OTHER_POD });
  }
  const attempt = {
    number,
    folder,
    data: join(folder, 'data'),
    tmp: join(folder, 'tmp'),
    owner: randomUUID(),
  };
  await writeDurably(join(folder, OWNER), `${attempt.owner}\n`);
  await makeFolder(attempt.data);
  await makeFolder(attempt.tmp);
  await syncPath(ownFolder(dataPath));
  return attempt;
}

/** Marks a proven attempt. Its data is on the disk before the mark is. */
export async function completeAttempt(attempt: Attempt, receipt: Receipt): Promise<readonly Part[]> {
  const { folder, data, tmp } = attempt;
  const parts = await partsIn(data);
  // The folder may be another pod's by now, which removed this attempt: its data is not what was proven here.
  const owner = await readFile(join(folder, OWNER), 'utf8').catch(() => '');
  if (owner.trim() !== attempt.owner || !parts.includes('raft') || !parts.includes('vault.db')) {
    throw new LifeboatError('refused', `${folder} is not any more what this pod restored and proved`, {
      hint: OTHER_POD,
    });
  }
  await rm(tmp, { recursive: true, force: true });
  await syncTree(data);
  const complete: CompleteAttempt = { parts, receipt };
  await writeDurably(join(folder, COMPLETE), `${JSON.stringify(complete, undefined, 2)}\n`);
  return parts;
}

/**
 * Removes attempts that were never proven. Called once their snapshot was verified again; live data is never below
 * here. Each is renamed first, so that no half of one can be taken for an attempt.
 */
export async function removeUnproven(dataPath: string): Promise<readonly number[]> {
  for (const number of await numbersOf(dataPath, 'removing')) await remove(removing(dataPath, number));
  const removed: number[] = [];
  for (const number of await numbersOf(dataPath, 'attempt')) {
    const folder = attemptFolder(dataPath, number);
    if ((await readComplete(folder)) !== undefined) continue;
    await rename(folder, removing(dataPath, number));
    await remove(removing(dataPath, number));
    removed.push(number);
  }
  return removed;
}

/** Bytes on the disk that removeUnproven would give back. */
export async function sizeOfUnproven(dataPath: string): Promise<number> {
  let size = 0;
  for (const number of await numbersOf(dataPath, 'removing'))
    size += await sizeOf(removing(dataPath, number));
  for (const number of await numbersOf(dataPath, 'attempt')) {
    const folder = attemptFolder(dataPath, number);
    if ((await readComplete(folder)) === undefined) size += await sizeOf(folder);
  }
  return size;
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path);
  // Blocks of 512 bytes: the servers' files are sparse.
  let size = found.blocks * 512;
  if (!found.isDirectory()) return size;
  for (const name of await readdir(path)) size += await sizeOf(join(path, name));
  return size;
}

/** Takes a proven attempt out of the way whose snapshot is not the chosen one (any more). Nothing of it is lost. */
export async function setUnchosen(dataPath: string, attempt: number): Promise<string> {
  const folder = join(ownFolder(dataPath), `unchosen-${await nextNumber(dataPath, 'unchosen')}`);
  await renameDurably(attemptFolder(dataPath, attempt), folder);
  return folder;
}

function removing(dataPath: string, number: number): string {
  return join(ownFolder(dataPath), `removing-${number}`);
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
