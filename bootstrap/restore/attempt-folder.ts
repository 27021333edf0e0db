/**
 * The folder of a restore beside the data, `<data>/.lifeboat/`:
 *
 *   download/        the verified snapshot (bootstrap/restore/download.ts)
 *   attempt-N/data   what a private server restored; attempt-N/tmp its temporary files
 *   attempt-N/owner  a token of the process that made the attempt
 *   attempt-N/complete.json   the receipt, written when the restored data was proven: from then on it may be renamed
 *   removing-N/      an unfinished attempt while it is being removed
 *   unchosen-N/      a proven attempt that was never put into place, from a snapshot that is not the chosen one any more
 *   aside-N/         files of a server that was never initialised, moved out of the way
 *
 * All are on the data volume, so that each step is one rename. "Ours" is what stands below this folder.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import { makeFolder, renameDurably } from '../durable.ts';
import { classify, exists, inspect, OWN_FOLDER, PARTS, type Part } from './data-directory.ts';
import type { AttemptState, DiskState } from './phase.ts';

export const COMPLETE = 'complete.json';

/** complete.json: the receipt and the parts that the proven data consists of. */
export interface CompleteAttempt {
  readonly parts: readonly Part[];
  readonly receipt: Receipt;
}

export function ownFolder(dataPath: string): string {
  return join(dataPath, OWN_FOLDER);
}

export function attemptFolder(dataPath: string, number: number): string {
  return join(ownFolder(dataPath), `attempt-${number}`);
}

/**
 * What nextStep() decides from. Throws where the data directory or our folder cannot be read: unknown is not "empty".
 * A Vault whose last part (in the order of PARTS) is live is whole, and starts whatever is wrong with our folder.
 */
export async function readDisk(dataPath: string): Promise<DiskState> {
  const live = classify(await inspect(dataPath));
  const liveParts = await partsIn(dataPath);
  try {
    return { live, liveParts, attempts: await readAttempts(dataPath) };
  } catch (error) {
    const mayBeHalf = liveParts.length > 0 && !liveParts.includes('vault.db');
    if (live.state === 'data' && !mayBeHalf) return { live, liveParts, attempts: [] };
    throw error;
  }
}

async function readAttempts(dataPath: string): Promise<readonly AttemptState[]> {
  const attempts: AttemptState[] = [];
  for (const number of await numbersOf(dataPath, 'attempt')) {
    const folder = attemptFolder(dataPath, number);
    const complete = await readComplete(folder);
    attempts.push({ number, provenParts: complete?.parts, parts: await partsIn(join(folder, 'data')) });
  }
  return attempts;
}

export async function partsIn(folder: string): Promise<readonly Part[]> {
  const found: Part[] = [];
  for (const part of PARTS) {
    if (await exists(join(folder, part))) found.push(part);
  }
  return found;
}

type Kind = 'attempt' | 'removing' | 'unchosen' | 'aside';

/** The numbers N of the folders `<kind>-N`, ascending. */
export async function numbersOf(dataPath: string, kind: Kind): Promise<readonly number[]> {
  let names: readonly string[];
  try {
    names = await readdir(ownFolder(dataPath));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.startsWith(`${kind}-`) && /^\d+$/.test(name.slice(kind.length + 1)))
    .map((name) => Number(name.slice(kind.length + 1)))
    .sort((a, b) => a - b);
}

export async function nextNumber(dataPath: string, kind: Kind): Promise<number> {
  return ((await numbersOf(dataPath, kind)).at(-1) ?? 0) + 1;
}

/** complete.json of an attempt; undefined where it is absent or was cut short (then the attempt counts as unproven). */
export async function readComplete(folder: string): Promise<CompleteAttempt | undefined> {
  try {
    const value = JSON.parse(
      await readFile(join(folder, COMPLETE), 'utf8'),
    ) as Partial<CompleteAttempt> | null;
    const parts = value?.parts;
    if (!Array.isArray(parts) || !parts.every((part) => PARTS.includes(part)) || value?.receipt === undefined)
      return undefined;
    return { parts, receipt: value.receipt };
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Moves what a never initialised server left at the live paths into aside-N. Returns its folder, if anything was moved. */
export async function setAside(dataPath: string): Promise<string | undefined> {
  const parts = await partsIn(dataPath);
  if (parts.length === 0) return undefined;
  const folder = join(ownFolder(dataPath), `aside-${await nextNumber(dataPath, 'aside')}`);
  await makeFolder(folder);
  for (const part of parts) await renameDurably(join(dataPath, part), join(folder, part));
  const moved = classify(await inspect(folder));
  if (moved.state !== 'data') return folder;
  // Between the look and the renames another pod put a Vault there. Its server, if it runs, has its files open.
  for (const part of parts) {
    if (!(await exists(join(dataPath, part)))) await renameDurably(join(folder, part), join(dataPath, part));
  }
  throw new LifeboatError('refused', `${dataPath} got Vault data (${moved.because}) in this very moment`, {
    hint: `another pod or a person uses this claim: end it, look whether anything is left in ${folder}, then delete the pod to look again`,
  });
}

/**
 * The final renames, in the order of PARTS. A live path that is taken stops it: rename would replace a file.
 * `renamed` is told after each, for the log.
 */
export async function swapIntoPlace(
  dataPath: string,
  attempt: number,
  parts: readonly Part[],
  renamed: (part: Part) => void,
): Promise<void> {
  const data = join(attemptFolder(dataPath, attempt), 'data');
  for (const part of PARTS.filter((candidate) => parts.includes(candidate))) {
    const target = join(dataPath, part);
    if (await exists(target)) {
      throw new LifeboatError('refused', `${target} appeared while the restore was being put into place`, {
        hint: 'another pod or a person uses this claim; look at the folder, then delete the pod to look again',
      });
    }
    await renameDurably(join(data, part), target);
    renamed(part);
  }
}

/** The newest attempt that was put into place, with its receipt: what the worker has to confirm and to report. */
export async function latestRestored(
  dataPath: string,
): Promise<{ folder: string; receipt: Receipt } | undefined> {
  for (const number of [...(await numbersOf(dataPath, 'attempt'))].reverse()) {
    const folder = attemptFolder(dataPath, number);
    const complete = await readComplete(folder);
    if (complete !== undefined && (await partsIn(join(folder, 'data'))).length === 0)
      return { folder, receipt: complete.receipt };
  }
  return undefined;
}
