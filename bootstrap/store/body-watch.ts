/**
 * The body of a new object on its way into a store, and the first thing that goes wrong with it: the body's own
 * error, the caller's abort, or the store's. Later ones are mere consequences (a destroyed stream, a cut request),
 * so only the first is reported.
 */
import { PassThrough, type Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';

export interface BodyWatch {
  /**
   * What the store reads instead of the body. It ends well only with the body, and ends at once with a failure:
   * the body itself may need long to close, such as a generator that waits for something.
   */
  readonly source: Readable;
  /** Notes a failure, unless there is one, and stops the body. */
  fail(error: unknown): void;
  failed(): boolean;
  /** Throws the first failure: where nothing was noted, the fallback. */
  rethrow(fallback: unknown): never;
  /** Ends listening for the abort. */
  release(): void;
}

/**
 * Begins to watch. Call it before the first await: an error of the body that nobody listens for ends the process.
 */
export function watchBody(body: Readable, signal: AbortSignal | undefined, onAbort?: () => void): BodyWatch {
  const source = new PassThrough();
  let first: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    first ??= { error };
    const reason = error instanceof Error ? error : undefined;
    source.destroy(reason);
    body.destroy(reason);
  }
  function closed(): void {
    if (!body.readableEnded)
      fail(body.errored ?? new LifeboatError('store', 'the data to write was cut off'));
  }
  function aborted(): void {
    fail(signal?.reason);
    onAbort?.();
  }

  source.on('error', () => {});
  body.on('error', fail);
  body.on('close', closed);
  if (signal?.aborted) aborted();
  else if (body.destroyed)
    fail(body.errored ?? new LifeboatError('store', 'the data to write was closed before'));
  else body.pipe(source);
  signal?.addEventListener('abort', aborted, { once: true });

  return {
    source,
    fail,
    failed: () => first !== undefined,
    rethrow(fallback) {
      throw first === undefined ? fallback : first.error;
    },
    release: () => signal?.removeEventListener('abort', aborted),
  };
}
