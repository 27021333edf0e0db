/** Reads unseal shares from a file, or from the folder where a Secret of them is mounted. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import { parseShareText, type ShareSet, shareSet } from './share-text.ts';

export { parseShareText, type ShareSet } from './share-text.ts';

const LARGEST_FILE = 1024 * 1024;
const SPLIT_SHARE = 33;

function unreadable(what: string, error: unknown): LifeboatError {
  const missing = systemCode(error) === 'ENOENT';
  return new LifeboatError(
    'keys',
    missing ? `${what} does not exist` : `${what} cannot be read: ${systemCode(error) ?? 'unreadable'}`,
    {
      hint: 'check the path; in a pod: create the Secret with the unseal shares',
      missing: missing ? 'secret' : undefined,
    },
  );
}

/** The set is named by the file. */
export async function readShareFile(path: string): Promise<ShareSet> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE)
      throw new LifeboatError('keys', `${path} is ${size} bytes long: no file of unseal shares is`, {
        hint: 'name the file that holds the shares, not the snapshot',
      });
    return shareSet(basename(path), parseShareText(await readFile(path, 'utf8'), path).shares);
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    throw unreadable(`the file of unseal shares ${path}`, error);
  }
}

/** Plain files and links to such; names of `..` belong to the kubelet. */
async function shareFileNames(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('..')).sort();
  const kinds = await Promise.all(names.map((name) => stat(join(folder, name))));
  return names.filter((_, i) => kinds[i]?.isFile());
}

/**
 * The sets in a folder, in the order of their names, by one rule:
 * - each file is one set, named by the file: one or several dated sets (`2025-01`, `2026-03`);
 * - unless every file holds exactly one share (`key1`, `key2`, ...): then all of them form one set, named by the
 *   folder. A whole key (32 bytes, of a Vault of a single share) is not a share of several, and stays a set of its own.
 */
export async function readShareFolder(path: string): Promise<readonly ShareSet[]> {
  const what = `the folder of unseal shares ${path}`;
  const names = await shareFileNames(path).catch((error: unknown) => {
    throw unreadable(what, error);
  });
  if (names.length === 0)
    throw new LifeboatError('keys', `${what} is empty`, {
      hint: 'put the shares into the Secret that is mounted there, one entry for each set',
      missing: 'secret',
    });
  const sets = await Promise.all(names.map((name) => readShareFile(join(path, name))));
  const oneEach = sets.every(({ shares }) => shares.length === 1 && shares[0]?.length === SPLIT_SHARE);
  if (!oneEach || sets.length === 1) return sets;
  return [
    shareSet(
      basename(resolve(path)),
      sets.flatMap(({ shares }) => shares),
    ),
  ];
}
