/** A file or folder that the command line names: one that is not there is a wrong command line, whatever it was for. */
import { access, constants, stat } from 'node:fs/promises';
import { LifeboatError } from '../contract/errors.ts';
import { unreadableWords } from '../contract/system-words.ts';

/** `flag` is the flag that names it. A pipe counts as a file. */
export async function namedFile(flag: string, file: string): Promise<string> {
  return named(flag, file, 'file');
}

export async function namedFolder(flag: string, folder: string): Promise<string> {
  return named(flag, folder, 'folder');
}

async function named(flag: string, place: string, kind: 'file' | 'folder'): Promise<string> {
  const hint = `Name the ${kind} with ${flag}.`;
  try {
    const isFolder = (await stat(place)).isDirectory();
    if (isFolder !== (kind === 'folder')) {
      throw new LifeboatError('usage', `${place} is a ${isFolder ? 'folder' : 'file'}`, { hint });
    }
    await access(place, constants.R_OK);
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    throw new LifeboatError('usage', unreadableWords(place, error), { hint, cause: error });
  }
  return place;
}
