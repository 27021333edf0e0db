/**
 * Puts a file into a folder at once and whole: written beside its place under a temporary name, synced, then given
 * its name in one step that either refuses to overwrite (`placeNew`) or replaces (`placeOver`).
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  type FileHandle,
  link,
  open,
  readdir,
  rename,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import { syncPath } from '../durable.ts';

const TEMPORARY = /^\..+\.part$/;
const DAY = 24 * 60 * 60 * 1000;
const MOST_REMOVED = 100;

/** True for names that no object has: temporary files of ours, and hidden ones of file systems and people. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** Writes through `fill` to a temporary file beside `path` and places it. Leaves nothing where that fails. */
export async function placeFile(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  place: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const file = await open(temporary, 'wx', 0o640);
  try {
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes a temporary file and takes it away: may files be made here? */
export async function probeFolder(folder: string): Promise<void> {
  const temporary = join(folder, `.probe.${randomBytes(6).toString('hex')}.part`);
  await writeFile(temporary, 'x', { flag: 'wx', mode: 0o640 });
  await unlink(temporary);
}

/** Renames over what is there. */
export async function placeOver(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Gives the file its name only where that is free. A hard link does both in one step, on NFS as well. */
export async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') {
      // An NFS server that did the link and whose answer was lost says EEXIST to the repeated request.
      if (!(await sameFile(temporary, path))) throw new LifeboatError('store', `${path} exists already`);
    } else if (NO_LINKS.has(code ?? '')) {
      await placeWithoutLinks(temporary, path);
      return;
    } else throw error;
  }
  await unlink(temporary);
}

/** For file systems without hard links (SMB, some FUSE): not one step, so it relies on there being one writer. */
export async function placeWithoutLinks(temporary: string, path: string): Promise<void> {
  const taken = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (taken) throw new LifeboatError('store', `${path} exists already`);
  await rename(temporary, path);
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a), stat(b)]);
  return one.ino === other.ino && one.dev === other.dev;
}

/** Removes temporary files that a killed run left in this folder more than a day ago. Never fails. */
export async function removeOldTemporaries(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each)).slice(0, MOST_REMOVED)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() && now - found.mtimeMs > DAY) await unlink(path).catch(() => {});
  }
}

/** Some network file systems cannot sync a folder and say so; the file itself was synced before. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await syncPath(folder);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EBADF'].includes(systemCode(error) ?? ''))
      throw error;
  }
}
