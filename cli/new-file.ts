/** Files that a person named and that must not be there yet. */
import { rm, writeFile } from 'node:fs/promises';
import { LifeboatError, systemCode } from '../contract/errors.ts';
import { systemWords } from '../contract/system-words.ts';

/** `mode` 0600 is for what may hold secrets. */
export async function writeNewFile(file: string, text: string, flag: string, mode = 0o644): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new LifeboatError('refused', `${file} is there already, and is not written over`, {
        hint: `Choose another file with ${flag}, or move it away.`,
        cause: error,
      });
    }
    throw new LifeboatError('usage', `${file} cannot be written: ${systemWords(error)}`, { cause: error });
  }
}

/** Takes back what this run has written. */
export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true });
}
