/** Makes an object's byte stream honest: it ends well only when every byte came, and fails in the store's words. */
import { type Readable, Transform } from 'node:stream';

export interface WholeBodyOptions {
  /** The size that was announced; undefined where none was. */
  readonly size: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** The source's error in the store's words. */
  toError(error: unknown): Error;
  /** Fewer or more bytes came than announced. */
  wrongSize(seen: number): Error;
}

export function wholeBody(source: Readable, options: WholeBodyOptions): Readable {
  const { size, signal } = options;
  let seen = 0;
  const wrong = (): boolean => size !== undefined && seen !== size;

  const out = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(null, chunk);
    },
    flush: (done) => done(wrong() ? options.wrongSize(seen) : null),
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
