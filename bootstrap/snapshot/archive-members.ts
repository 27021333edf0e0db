/** Judges the members of a snapshot as they come by: which, in which order, how large, and with which digests. */
import { createHash, type Hash } from 'node:crypto';
import { damaged } from './damage.ts';
import { type ArchiveMeta, readRaftMeta } from './raft-meta.ts';
import { readSealedSums, type SealedSums } from './sealed-sums.ts';
import { readSums } from './sums-file.ts';
import type { TarSink } from './tar-reader.ts';

const ORDER = ['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed'] as const;
type Member = (typeof ORDER)[number];

export interface MemberFacts {
  readonly meta: ArchiveMeta;
  readonly state: { readonly size: number; readonly sha256: string };
  readonly sealed: SealedSums;
  readonly sums: Uint8Array;
  readonly sealedBytes: Uint8Array;
}

export interface ArchiveMembers extends TarSink {
  /** Throws where a member is missing. */
  facts(): MemberFacts;
  /** How far the archive was read, to follow "breaks off" or "is damaged". */
  where(): string;
}

const NOT_SEALED_HINT =
  'a server answers so while its seal is in trouble or its leader changes; look at its seal (`vault status`), then take a new snapshot';

function misplaced(name: string, wanted: Member | undefined, at: number): Error {
  const place = `${JSON.stringify(name)} at unpacked byte ${at} of the snapshot`;
  const known = (ORDER as readonly string[]).indexOf(name);
  const due = wanted === undefined ? ORDER.length : ORDER.indexOf(wanted);
  if (known < 0) return damaged(`${place} is no member of a snapshot`);
  if (known < due) return damaged(`${place} is there twice, or after a later member`);
  return damaged(`${place} comes too early: ${wanted} is missing or out of order`);
}

/** `smallLimit`: bytes of every member but state.bin, which are held in memory. */
export function createArchiveMembers(
  smallLimit: number,
  onMeta: (meta: ArchiveMeta) => void,
): ArchiveMembers {
  const contents = new Map<Member, Uint8Array>();
  let done = 0;
  let size = 0;
  let read = 0;
  let inside = false;
  let parts: Buffer[] = [];
  let stateHash: Hash = createHash('sha256');
  let state: MemberFacts['state'] | undefined;
  let meta: ArchiveMeta | undefined;
  let sealed: SealedSums | undefined;

  function begin(name: string, memberSize: number, at: number): void {
    const wanted = ORDER[done];
    if (name !== wanted) throw misplaced(name, wanted, at);
    const place = `${name} at unpacked byte ${at} of the snapshot`;
    if (name === 'state.bin' && memberSize !== meta?.stateSize)
      throw damaged(`${place} is ${memberSize} bytes long, but meta.json says ${meta?.stateSize}`);
    if (name !== 'state.bin' && memberSize > smallLimit)
      throw damaged(`${place} is ${memberSize} bytes long; no server takes more than ${smallLimit} there`);
    if (memberSize === 0) throw damaged(`${place} is empty`);
    size = memberSize;
    read = 0;
    inside = true;
    parts = [];
    if (name === 'state.bin') stateHash = createHash('sha256');
  }

  function bytes(chunk: Buffer): void {
    read += chunk.length;
    if (ORDER[done] === 'state.bin') stateHash.update(chunk);
    else parts.push(Buffer.from(chunk));
  }

  function checkSums(): void {
    const sums = readSums(contents.get('SHA256SUMS') as Uint8Array);
    const metaSum = createHash('sha256')
      .update(contents.get('meta.json') as Uint8Array)
      .digest('hex');
    for (const [name, says, is] of [
      ['meta.json', sums.meta, metaSum],
      ['state.bin', sums.state, state?.sha256],
    ])
      if (says !== is) throw damaged(`${name} of the snapshot is ${is}, but its SHA256SUMS says ${says}`);
  }

  function end(): void {
    const name = ORDER[done] as Member;
    if (name === 'state.bin') state = { size, sha256: stateHash.digest('hex') };
    else contents.set(name, Buffer.concat(parts));
    inside = false;
    done++;
    if (name === 'meta.json') {
      meta = readRaftMeta(contents.get(name) as Uint8Array);
      onMeta(meta);
    } else if (name === 'SHA256SUMS') checkSums();
    else if (name === 'SHA256SUMS.sealed') sealed = readSealedSums(contents.get(name) as Uint8Array);
  }

  function facts(): MemberFacts {
    const sums = contents.get('SHA256SUMS');
    const sealedBytes = contents.get('SHA256SUMS.sealed');
    if (done === 3)
      throw damaged('the snapshot has no SHA256SUMS.sealed: its server could not seal it', NOT_SEALED_HINT);
    if (!meta || !state || !sealed || !sums || !sealedBytes)
      throw damaged(`the snapshot ends without ${ORDER[done]}`);
    return { meta, state, sealed, sums, sealedBytes };
  }

  function where(): string {
    if (inside) return `in ${ORDER[done]}, after ${read} of its ${size} bytes`;
    return done === 0 ? 'before meta.json' : `after ${ORDER[done - 1]}`;
  }

  return { begin, bytes, end, facts, where };
}
