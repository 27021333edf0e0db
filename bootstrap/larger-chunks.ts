/**
 * Between a server's answer and what judges and stores it. A snapshot arrives in chunks of a few KiB, and each would
 * cost the store a call of its own. Worse: an undici body whose reader stops it at every chunk takes in more from the
 * socket each time than it gives out, so that memory would grow to the size of the snapshot. This stage takes much
 * before it says stop, and hands on large chunks.
 */
import { Transform } from 'node:stream';

const SIZE = 256 * 1024;
/** Taken before the source is stopped: a multiple of what a socket gives at once (64 KiB). */
const STOP = 1024 * 1024;

/** The same bytes in chunks of `size` or a little more; the last one may be smaller. */
export function largerChunks(size = SIZE): Transform {
  let held: Buffer[] = [];
  let heldSize = 0;

  function takeAll(): Buffer | undefined {
    const bytes = heldSize === 0 ? undefined : Buffer.concat(held, heldSize);
    held = [];
    heldSize = 0;
    return bytes;
  }

  return new Transform({
    writableHighWaterMark: STOP,
    readableHighWaterMark: size,
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk);
      heldSize += chunk.length;
      done(null, heldSize < size ? undefined : takeAll());
    },
    flush: (done) => done(null, takeAll()),
  });
}
