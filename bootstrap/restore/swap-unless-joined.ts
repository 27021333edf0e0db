/**
 * Right before live paths change all other servers are asked once more: minutes lie behind the first answer. A person may
 * have initialised one meanwhile, or one came back with its data; then this server joins it instead.
 */
import type { Log } from '../log.ts';
import type { Handshake } from '../peers/handshake.ts';
import { keepForOthers, swap } from './final-renames.ts';
import { type EmptyStart, startOf } from './work.ts';

/** Undefined where the attempt is in place; else why the server starts empty. */
export async function swapUnlessJoined(
  dataPath: string,
  attempt: number,
  { handshake, log }: { readonly handshake: Pick<Handshake, 'decided'>; readonly log: Log },
): Promise<EmptyStart | undefined> {
  const outcome = await handshake.decided();
  if (outcome.decision === 'restore') {
    await swap(dataPath, attempt, log);
    return undefined;
  }
  await keepForOthers(dataPath, attempt, log);
  return startOf(outcome);
}
