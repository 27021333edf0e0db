/** Puts a proven attempt into place: the only moment at which live paths change. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Log } from '../log.ts';
import { readDisk, setAside, swapIntoPlace } from './attempt-folder.ts';
import { setUnchosen } from './attempt-life.ts';
import type { Part } from './data-directory.ts';
import { type DiskState, nextStep } from './phase.ts';

/** From the start: what a never initialised server left is moved aside, then the parts are renamed. */
export async function swap(dataPath: string, attempt: number, log: Log): Promise<void> {
  // Somebody else may have been here since the pod started: look once more, right before the first rename.
  const now = nextStep(await readDisk(dataPath));
  if (now.step !== 'swap' || now.attempt !== attempt) {
    throw new LifeboatError(
      'refused',
      `${dataPath} changed while the restore was prepared; nothing was put into place`,
      {
        hint: 'another pod or a person uses this claim; delete the pod to look again',
      },
    );
  }
  const aside = await setAside(dataPath);
  if (aside !== undefined) log.info(`files of a server that was never initialised were moved to ${aside}`);
  await finishSwap(dataPath, attempt, now.parts, log);
}

/** The disk once a proven attempt, whose snapshot is not the chosen one, was taken out of the way. */
export async function withoutAttempt(dataPath: string, attempt: number, log: Log): Promise<DiskState> {
  const folder = await setUnchosen(dataPath, attempt);
  log.warn(
    `attempt-${attempt} was proven from another snapshot than the chosen one and never put into place; it is kept in ${folder}`,
  );
  return await readDisk(dataPath);
}

/** Takes a proven attempt out of the way because another server has data meanwhile, which this one joins. */
export async function keepForOthers(dataPath: string, attempt: number, log: Log): Promise<void> {
  const folder = await setUnchosen(dataPath, attempt);
  log.warn(
    `attempt-${attempt} is not put into place, since another server has data; it is kept in ${folder}, and can be removed once the servers are well`,
  );
}

/** The renames that are left. */
export async function finishSwap(
  dataPath: string,
  attempt: number,
  parts: readonly Part[],
  log: Log,
): Promise<void> {
  await swapIntoPlace(dataPath, attempt, parts, (part) =>
    log.info(`${part} of attempt-${attempt} is in place`),
  );
}
