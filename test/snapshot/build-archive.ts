/** Builds raft snapshots for tests: a good one by default, any wrong one on request. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface Member {
  readonly name: string;
  readonly body: Buffer;
  /** Over the defaults of a regular file. */
  readonly header?: Partial<Header>;
}

export interface GoodMembers {
  readonly meta: Member;
  readonly state: Member;
  readonly sums: Member;
  readonly sealed: Member;
}

export interface ArchiveParts {
  readonly state?: Buffer;
  readonly meta?: Buffer;
  /** The key that seals; a random one without it. */
  readonly key?: Uint8Array;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function metaText(stateSize: number): Buffer {
  const fields = { Version: 1, ID: 'bolt-snapshot', Index: 42, Term: 3, Peers: null, Size: stateSize };
  return Buffer.from(`${JSON.stringify(fields)}\n`);
}

/** A protobuf field of bytes, for messages of less than 16 KiB. */
export function bytesField(number: number, bytes: Uint8Array): Buffer {
  const length =
    bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, Math.floor(bytes.length / 128)];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

/** What a Shamir server writes into SHA256SUMS.sealed. */
export function sealByShamir(key: Uint8Array, sums: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(sums), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([bytesField(1, sealed), bytesField(5, Buffer.alloc(0))]);
}

export function goodMembers(parts: ArchiveParts = {}): GoodMembers {
  const state = parts.state ?? Buffer.from('the raft state '.repeat(100));
  const meta = parts.meta ?? metaText(state.length);
  const lines = [`${sha256(meta)}  meta.json\n`, `${sha256(state)}  state.bin\n`];
  const sums = Buffer.from(lines.join(''));
  const sealed = sealByShamir(parts.key ?? randomBytes(32), Buffer.from(lines.toReversed().join('')));
  return {
    meta: { name: 'meta.json', body: meta },
    state: { name: 'state.bin', body: state },
    sums: { name: 'SHA256SUMS', body: sums },
    sealed: { name: 'SHA256SUMS.sealed', body: sealed },
  };
}

export async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, body, header } of members) tar.entry({ name, mode: 0o600, ...header }, body);
  tar.finalize();
  return buffer(tar);
}

export async function archiveOf(members: readonly Member[]): Promise<Buffer> {
  return gzipSync(await tarOf(members));
}

export async function goodArchive(parts: ArchiveParts = {}): Promise<Buffer> {
  const { meta, state, sums, sealed } = goodMembers(parts);
  return archiveOf([meta, state, sums, sealed]);
}

/** The bytes as a stream of chunks of that size. */
export function inChunks(bytes: Buffer, chunk = 64 * 1024): Readable {
  const parts: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += chunk) parts.push(bytes.subarray(i, i + chunk));
  return Readable.from(parts);
}
