/**
 * Verifies a raft snapshot while it streams by: a gzip of a tar of meta.json, state.bin, SHA256SUMS and
 * SHA256SUMS.sealed, in this order, and nothing else. Constant memory, no temporary file.
 */
import { createHash } from 'node:crypto';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../../contract/errors.ts';
import { createArchiveMembers, type MemberFacts } from './archive-members.ts';
import { cutOff, damaged } from './damage.ts';
import { unpackGzip } from './gzip-member.ts';
import type { ArchiveMeta } from './raft-meta.ts';
import { createTarReader } from './tar-reader.ts';

export type { ArchiveMeta } from './raft-meta.ts';

export interface ArchiveFacts extends MemberFacts {
  /** The archive as it was read: compressed. */
  readonly archive: { readonly size: number; readonly sha256: string };
}

export interface ArchiveLimits {
  /**
   * Bytes of each member but state.bin, which are held in memory. The default is what the servers' own restore
   * takes: a larger meta.json could be saved, but never restored.
   */
  readonly smallMember: number;
}

const DEFAULT_LIMITS: ArchiveLimits = { smallMember: 8191 };

/** Unpacked in portions of this size: one trip to the thread pool for each 16 KiB of a TLS stream costs too much. */
const PORTION = 256 * 1024;

/**
 * A pass-through of the archive's bytes, to stand between a server's answer and an upload. It fails (`integrity`)
 * before it ends where the archive is bad in any way, so that what reads from it never sees a good end.
 */
export interface ArchiveVerifier extends Transform {
  /** As soon as meta.json went by, which is before anything needs to read from the verifier. */
  readonly meta: Promise<ArchiveMeta>;
  /** When the whole archive proved good; just before the stream ends. */
  readonly facts: Promise<ArchiveFacts>;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A promise that nobody has to wait for: a stream's error is told by the stream already. */
function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

export function createArchiveVerifier(limits: ArchiveLimits = DEFAULT_LIMITS): ArchiveVerifier {
  const meta = deferred<ArchiveMeta>();
  const facts = deferred<ArchiveFacts>();
  const archiveHash = createHash('sha256');
  let archiveSize = 0;
  let metaSeen = false;
  let portion: Buffer[] = [];
  let portionSize = 0;

  const members = createArchiveMembers(limits.smallMember, (found) => {
    metaSeen = true;
    meta.resolve(found);
  });
  const tar = createTarReader(members);
  const gzip = unpackGzip(tar.feed, members.where);

  async function take(chunk: Buffer): Promise<void> {
    archiveHash.update(chunk);
    archiveSize += chunk.length;
    portion.push(chunk);
    portionSize += chunk.length;
    if (!metaSeen || portionSize >= PORTION) await unpackPortion();
  }

  async function unpackPortion(): Promise<void> {
    const bytes = portion.length === 1 ? (portion[0] as Buffer) : Buffer.concat(portion);
    portion = [];
    portionSize = 0;
    if (bytes.length > 0) await gzip.write(bytes);
  }

  async function finish(): Promise<ArchiveFacts> {
    await unpackPortion();
    await gzip.end();
    const found = members.facts();
    tar.end();
    return { ...found, archive: { size: archiveSize, sha256: archiveHash.digest('hex') } };
  }

  const stream = new Transform({
    // Whoever waits for `meta` before reading must not stop the bytes that bring it.
    readableHighWaterMark: PORTION,
    transform(chunk: Buffer, _encoding, callback) {
      take(chunk).then(
        () => callback(null, chunk),
        (error: Error) => callback(error),
      );
    },
    flush(callback) {
      finish().then(
        (found) => {
          facts.resolve(found);
          callback();
        },
        (error: Error) => callback(error),
      );
    },
    destroy(error, callback) {
      gzip.destroy();
      const reason = error ?? damaged(`the snapshot was not read to its end, ${members.where()}`);
      meta.reject(reason);
      facts.reject(reason);
      callback(error);
    },
  });
  return Object.assign(stream, { meta: meta.promise, facts: facts.promise });
}

/** Reads an archive to its end and throws where it is bad. An error of `source` itself comes through as it is. */
export async function verifyArchive(source: Readable): Promise<ArchiveFacts> {
  const verifier = createArchiveVerifier();
  const nowhere = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  try {
    await pipeline(source, verifier, nowhere);
  } catch (error) {
    if (systemCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    throw cutOff('the snapshot could not be read to its end: its stream was closed early');
  }
  return verifier.facts;
}
