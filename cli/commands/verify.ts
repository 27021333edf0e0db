/** `lifeboat verify FILE`: is this archive whole, and what is in it? */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type ArchiveFacts, verifyArchive } from '../../bootstrap/snapshot/archive.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { unreadableWords } from '../../contract/system-words.ts';
import type { CliIo } from '../io.ts';

export async function runVerify(file: string, flags: { json: boolean }, io: CliIo): Promise<void> {
  const facts = await verifyFile(file, io);
  if (flags.json) {
    io.stdout(`${JSON.stringify({ file, good: true, ...publicFacts(facts) })}\n`);
    return;
  }
  const seal =
    facts.sealed.kind === 'shamir' ? 'Shamir shares' : `the KMS key ${facts.sealed.keyId || '(unnamed)'}`;
  io.stderr(`${file} is whole: ${facts.archive.size} bytes, sha256 ${facts.archive.sha256}\n`);
  io.stderr(
    `  raft index ${facts.meta.index}, term ${facts.meta.term}; state ${facts.state.size} bytes; opened by ${seal}\n`,
  );
}

/** Opens a file, or standard input for `-`, and verifies it. */
export async function verifyFile(file: string, io: Pick<CliIo, 'stdin'>): Promise<ArchiveFacts> {
  if (file === '-') return await verifyArchive(io.stdin as Readable);
  let size: number;
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new LifeboatError('usage', `${file} is no file`);
    size = found.size;
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    throw new LifeboatError('usage', unreadableWords(file, error));
  }
  if (size === 0) throw new LifeboatError('integrity', `${file} is empty: 0 bytes`);
  return await verifyArchive(createReadStream(file, { highWaterMark: 1024 * 1024 }));
}

function publicFacts({ archive, state, meta, sealed }: ArchiveFacts): object {
  return { archive, state, raft: meta, seal: { kind: sealed.kind, keyId: sealed.keyId } };
}
