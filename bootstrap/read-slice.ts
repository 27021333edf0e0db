/** Reads and checks the configuration that the generator rendered for a pod. */
import { readFile } from 'node:fs/promises';
import { LifeboatError } from '../contract/errors.ts';
import type { BackupSlice, RestoreSlice } from '../contract/slice.ts';
import { unreadableWords } from '../contract/system-words.ts';
import { validateBackupSlice, validateRestoreSlice } from '../generated/validators.js';

const AGAIN = 'render the values again with `lifeboat render` of the same version as the image';

interface Validator {
  (data: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string }[] | null | undefined;
}

function check<T>(text: string, source: string, validate: Validator): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LifeboatError('config', `${source} is no JSON`, { hint: AGAIN });
  }
  if (validate(value)) return value as T;
  const problems = (validate.errors ?? []).map(({ instancePath, message }) =>
    `${instancePath || '/'} ${message ?? ''}`.trim(),
  );
  throw new LifeboatError(
    'config',
    `${source} is not what this version understands: ${problems.slice(0, 5).join('; ')}`,
    { hint: AGAIN },
  );
}

export function parseRestoreSlice(text: string | undefined, source: string): RestoreSlice {
  if (text === undefined || text === '')
    throw new LifeboatError('config', `${source} is not set`, { hint: AGAIN });
  return check<RestoreSlice>(text, source, validateRestoreSlice);
}

export async function readRestoreSlice(file: string): Promise<RestoreSlice> {
  return parseRestoreSlice(await readText(file), file);
}

export async function readBackupSlice(file: string): Promise<BackupSlice> {
  return check<BackupSlice>(await readText(file), file, validateBackupSlice);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LifeboatError('config', unreadableWords(file, error), { hint: AGAIN });
  }
}
