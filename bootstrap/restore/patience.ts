/**
 * What only needs waiting is waited for inside the container, and said: a store that does not answer, a Secret that is
 * not there yet. A refusal is none of these; it ends the container at once (docs/adr/0012-wait-inside-refuse-by-exit.md).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ageText } from '../../contract/age-text.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { PodState } from '../../contract/pod-states.ts';
import type { Log } from '../log.ts';

export interface Patience {
  readonly log: Log;
  /** Ends the wait, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the second try; each later wait is twice as long, up to `longest`. */
  readonly first?: number;
  readonly longest?: number;
}

/** Where the wait is for; undefined where the failure is a refusal, or none of ours. */
export function awaited(error: unknown): Extract<PodState, `waiting-for-${string}`> | undefined {
  if (!(error instanceof LifeboatError)) return undefined;
  if (error.missing === 'secret') return 'waiting-for-secret';
  return error.retryable && error.exit === 'store' ? 'waiting-for-store' : undefined;
}

/** Does it until it is done or refused. The server is not started meanwhile, and nothing is initialised. */
export async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { log, signal, first = 5000, longest = 60_000 } = patience;
  const since = new Date();
  for (let pause = first; ; pause = Math.min(pause * 2, longest)) {
    try {
      return await work();
    } catch (error) {
      const state = awaited(error);
      if (state === undefined || !(error instanceof LifeboatError)) throw error;
      const { message, hint } = error;
      log.warn(
        `${message}; nothing is started or initialised until that is mended, asked again in ${Math.round(pause / 1000)} s (waits for ${ageText(since, new Date())} now)`,
        { state },
      );
      if (hint !== undefined && pause === first) log.warn(`next: ${hint}`);
      await delay(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}
