/** Files that a person named and that must not be there yet. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError, systemCode } from '../contract/errors.ts';
import { systemWords } from '../contract/system-words.ts';

function unwritable(file: string, error: unknown): LifeboatError {
  // Of the folder, which is made where it is not there.
  const words =
    systemCode(error) === 'EEXIST' ? 'a file stands where a folder is expected' : systemWords(error);
  return new LifeboatError('usage', `${file} cannot be written: ${words}`, { cause: error });
}

/** Its folder is made where it is not there, as render does. `mode` 0600 is for what may hold secrets. */
export async function writeNewFile(file: string, text: string, flag: string, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  try {
    await writeFile(file, text, { flag: 'wx', mode });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new LifeboatError('refused', `${file} is there already, and is not written over`, {
        hint: `Choose another file with ${flag}, or move it away.`,
        cause: error,
      });
    }
    throw unwritable(file, error);
  }
}

/** Takes back what this run has written. */
export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true });
}
