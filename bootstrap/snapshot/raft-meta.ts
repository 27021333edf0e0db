/** Reads meta.json, the first member of a snapshot: what raft itself says about state.bin. */
import { damaged } from './damage.ts';

export interface ArchiveMeta {
  /** Raft index of the last entry in the snapshot. */
  readonly index: number;
  readonly term: number;
  /** Bytes of state.bin. */
  readonly stateSize: number;
}

function count(fields: Readonly<Record<string, unknown>>, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw damaged(`meta.json of the snapshot has no usable ${name}: a whole number is needed`);
}

export function readRaftMeta(bytes: Uint8Array): ArchiveMeta {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own text quotes what it read; the place is enough here.
    throw damaged(`meta.json of the snapshot (${bytes.length} bytes) is no JSON text`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged('meta.json of the snapshot is no JSON object');
  const fields = value as Readonly<Record<string, unknown>>;
  return { index: count(fields, 'Index'), term: count(fields, 'Term'), stateSize: count(fields, 'Size') };
}
