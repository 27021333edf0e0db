/**
 * What the first init container hands to the second: the note in the shared emptyDir. Its first line is
 * `nothing to do` or `restore`; the second holds the work as JSON, or why the server starts empty. Written anew at each
 * start of the pod.
 */
import { readFile } from 'node:fs/promises';
import type { Manifest } from '../../contract/manifest.ts';
import { NOTHING_TO_DO, RUN_FILES } from '../../contract/pod.ts';
import { writeDurably } from '../durable.ts';
import type { Outcome } from '../peers/hold.ts';

/** A verified snapshot on the data volume, and what has to come out of it. */
export interface RestoreWork {
  readonly key: string;
  /** Path of the downloaded archive. */
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  readonly stateSize: number;
  readonly sealKind: 'shamir' | 'auto';
  /** Absent for snapshots that another tool took. */
  readonly manifest: Manifest | undefined;
  readonly seconds: { readonly find: number; readonly download: number };
}

/** Why a server starts without data, for those who speak of it later. */
export interface EmptyStart {
  readonly because: /** Nobody has data, and the store has no snapshot. */
    | 'first-install'
    /** A first install goes on at ordinal 0. */
    | 'first-install-elsewhere'
    /** Other servers have data. */
    | 'join';
  /** Said where the servers with data are too few for a leader. */
  readonly quorumWarning?: string;
}

export type Note =
  | { readonly work: 'none'; readonly start?: EmptyStart }
  | { readonly work: 'restore'; readonly restore: RestoreWork };

/** What was decided for a pod that does not restore. */
export function startOf({ decision, quorumWarning }: Outcome): EmptyStart {
  return {
    because: decision === 'join' ? 'join' : 'first-install-elsewhere',
    ...(quorumWarning === undefined ? {} : { quorumWarning }),
  };
}

export async function writeNote(note: Note, path: string = RUN_FILES.note): Promise<void> {
  if (note.work === 'none') {
    const start = note.start === undefined ? '' : `${JSON.stringify(note.start)}\n`;
    await writeDurably(path, `${NOTHING_TO_DO}\n${start}`, 0o644);
  } else await writeDurably(path, `${note.work}\n${JSON.stringify(note.restore)}\n`, 0o644);
}

/** Undefined where there is no note, or one that this version did not write. */
export async function readNote(path: string = RUN_FILES.note): Promise<Note | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [first, second = ''] = text.split('\n');
  if (first === NOTHING_TO_DO) return { work: 'none', ...startIn(second) };
  if (first !== 'restore') return undefined;
  try {
    return { work: 'restore', restore: JSON.parse(second) as RestoreWork };
  } catch {
    return undefined;
  }
}

function startIn(line: string): { readonly start?: EmptyStart } {
  try {
    return { start: JSON.parse(line) as EmptyStart };
  } catch {
    return {};
  }
}
