/**
 * Unpacks exactly one gzip member. Node's own gunzip takes a second member for a part of the first and passes over
 * other trailing bytes, so only its raw inflate is used here, and the frame around it is read by hand.
 */
import { crc32, createInflateRaw } from 'node:zlib';
import { systemCode } from '../../contract/errors.ts';
import { cutOff, damaged } from './damage.ts';
import { nameForeignFormat } from './foreign-format.ts';

const HEADER = 10;
const TRAILER = 8;
/** What is kept of the beginning: enough to name another format. */
const START = 24;
/** With the default of 16 KiB the unpacking is ten times slower. */
const CHUNK = 1024 * 1024;

const FOREIGN_HINT = 'look where it comes from; `lifeboat snapshots` lists the real ones';

export interface GzipMember {
  /** Resolves when all of the chunk was unpacked and handed on. Rejects at the first sign of damage. */
  write(chunk: Buffer): Promise<void>;
  /** Resolves when the member proved whole and nothing follows it. */
  end(): Promise<void>;
  destroy(): void;
}

function checkHeader(start: Buffer): void {
  if (start.length === 0) throw cutOff('the snapshot is empty: 0 bytes');
  if (start[0] !== 0x1f || (start[1] ?? 0x8b) !== 0x8b)
    throw damaged(`this is no snapshot: it is ${nameForeignFormat(start)}, not a gzip archive`, FOREIGN_HINT);
  if (start.length < HEADER)
    throw cutOff(`the snapshot breaks off after ${start.length} bytes, within its gzip header`);
  if (start[2] !== 8 || start[3] !== 0)
    throw damaged('the gzip header of the snapshot, bytes 2 and 3, is not one that a server writes');
}

/** `onBytes` gets the unpacked bytes in order and may throw. `where` says how far they came, for the messages. */
export function unpackGzip(onBytes: (bytes: Buffer) => void, where: () => string): GzipMember {
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  let start: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let received = 0;
  let unpacked = 0;
  let crc = 0;
  let ended = false;
  let failure: Error | undefined;
  let settle: { resolve(): void; reject(error: Error): void } | undefined;

  function fail(error: Error): void {
    failure ??= error;
    inflate.destroy();
    settle?.reject(failure);
  }

  inflate.on('data', (bytes: Buffer) => {
    if (failure !== undefined) return;
    try {
      crc = crc32(bytes, crc);
      unpacked += bytes.length;
      onBytes(bytes);
    } catch (error) {
      fail(error as Error);
    }
  });
  inflate.on('end', () => {
    ended = true;
    settle?.resolve();
  });
  inflate.on('error', (error) => {
    const at = `byte ${HEADER + inflate.bytesWritten}`;
    if (systemCode(error) === 'Z_BUF_ERROR')
      fail(cutOff(`the snapshot breaks off after ${received} bytes, ${where()}`));
    else fail(damaged(`the snapshot is damaged before ${at}, ${where()}: ${error.message}`));
  });

  /** Runs one step of the inflate; its error event settles it too, since a failed write is never called back. */
  function step(run: (done: () => void) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
      run(resolve);
    }).finally(() => {
      settle = undefined;
    });
  }

  function trailingBytes(): number {
    return received - HEADER - inflate.bytesWritten;
  }

  function checkTrailing(): void {
    if (trailingBytes() <= TRAILER) return;
    const end = HEADER + inflate.bytesWritten + TRAILER;
    throw damaged(`the snapshot goes on after its gzip end, at byte ${end}: trailing data`);
  }

  async function write(chunk: Buffer): Promise<void> {
    if (failure !== undefined) throw failure;
    const before = received;
    received += chunk.length;
    tail =
      chunk.length >= TRAILER ? chunk.subarray(-TRAILER) : Buffer.concat([tail, chunk]).subarray(-TRAILER);
    if (start.length < START) start = Buffer.concat([start, chunk.subarray(0, START - start.length)]);
    if (received < START) return;
    if (before < START) checkHeader(start);
    const body =
      before < START ? Buffer.concat([start.subarray(HEADER), chunk.subarray(START - before)]) : chunk;
    if (!ended) await step((done) => inflate.write(body, () => done()));
    if (failure !== undefined) throw failure;
    if (ended) checkTrailing();
  }

  async function end(): Promise<void> {
    if (failure !== undefined) throw failure;
    if (received < START) {
      checkHeader(start);
      await step((done) => inflate.write(start.subarray(HEADER), () => done()));
    }
    if (!ended) await step(() => inflate.end());
    if (failure !== undefined) throw failure;
    inflate.destroy();
    checkTrailing();
    if (trailingBytes() < TRAILER)
      throw cutOff(`the snapshot breaks off after ${received} bytes, within its gzip trailer`);
    if (tail.readUInt32LE(0) !== crc || tail.readUInt32LE(4) !== unpacked % 2 ** 32)
      throw damaged(
        `the gzip checksum at byte ${received - TRAILER} does not fit the ${unpacked} unpacked bytes`,
      );
  }

  return { write, end, destroy: () => fail(new Error('the unpacking was given up')) };
}
