/**
 * Tries the calls of a store again where the store said that a later try may help. `create` is tried once: its
 * stream cannot be read twice, so a backup that fails there is taken anew by its caller.
 */
import pRetry from 'p-retry';
import { LifeboatError } from '../../contract/errors.ts';
import type { Log } from '../log.ts';
import type { CallOptions, SnapshotStore } from './snapshot-store.ts';

export interface RetryPace {
  /** Tries after the first one. */
  readonly retries: number;
  /** Milliseconds before the second try; each later wait is three times as long, and all are stretched at random up to twofold. */
  readonly firstWait: number;
}

const PACE: RetryPace = { retries: 3, firstWait: 1000 };

export function createRetryingStore(store: SnapshotStore, log: Log, pace: RetryPace = PACE): SnapshotStore {
  async function again<T>(what: string, options: CallOptions, call: () => Promise<T>): Promise<T> {
    const { signal } = options;
    try {
      return await pRetry(call, {
        retries: pace.retries,
        minTimeout: pace.firstWait,
        factor: 3,
        randomize: true,
        signal,
        shouldRetry({ error, attemptNumber }) {
          if (!(error instanceof LifeboatError && error.retryable) || signal?.aborted) return false;
          const next = attemptNumber + 1;
          log.warn(`${error.message}; ${what} is tried again (${next} of ${pace.retries + 1})`, {
            attempt: next,
          });
          return true;
        },
      });
    } catch (error) {
      // The canceller's own reason, whatever it is: p-retry would replace one that is no Error.
      throw signal?.aborted ? signal.reason : error;
    }
  }

  return {
    description: store.description,
    list: (prefix, options = {}) => again('the listing', options, () => store.list(prefix, options)),
    read: (key, options = {}) => again(`reading ${key}`, options, () => store.read(key, options)),
    create: (key, body, options) => store.create(key, body, options),
    replace: (key, bytes, options = {}) =>
      again(`writing ${key}`, options, () => store.replace(key, bytes, options)),
    probe: (key, options = {}) => again(`trying ${key}`, options, () => store.probe(key, options)),
    removeUnfinished: (before, options = {}) =>
      again('removing what was cut off', options, () => store.removeUnfinished(before, options)),
    remove: (key, options = {}) => again(`removing ${key}`, options, () => store.remove(key, options)),
  };
}
