/** Makes an object's byte stream honest: it ends well only when every byte came, and fails in the store's words. */
import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';

export interface WholeBodyOptions {
  /** The size that was announced; undefined where none was. */
  readonly size: number | undefined;
  /** The sum that was announced, in base64; undefined where none was. */
  readonly md5?: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** The source's error in the store's words. */
  toError(error: unknown): Error;
  /** Fewer or more bytes came than announced. */
  wrongSize(seen: number): Error;
}

export function wholeBody(source: Readable, options: WholeBodyOptions): Readable {
  const { size, signal } = options;
  let seen = 0;
  const sum = options.md5 === undefined ? undefined : createHash('md5');
  function problem(): Error | null {
    if (size !== undefined && seen !== size) return options.wrongSize(seen);
    if (sum === undefined || sum.digest('base64') === options.md5) return null;
    return new LifeboatError(
      'store',
      'bytes were damaged on the way: their MD5 sum is not the announced one',
      {
        retryable: true,
      },
    );
  }

  const out = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      sum?.update(chunk);
      done(null, chunk);
    },
    flush: (done) => done(problem()),
  });
  function stop(error: unknown): void {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  }
  const abort = (): void => stop(signal?.reason);

  // Not stream.pipeline: it would pass the source's raw error on, and turn the consumer's own into the store's.
  source.on('error', (error) => stop(signal?.aborted ? signal.reason : options.toError(error)));
  source.on('close', () => {
    if (!source.readableEnded) stop(options.wrongSize(seen));
  });
  out.on('close', () => {
    signal?.removeEventListener('abort', abort);
    source.destroy();
  });
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return source.pipe(out);
}
