/**
 * What the first init container hands to the second: the note in the shared emptyDir. Its first line is
 * `nothing to do` or `restore`; the second holds the work as JSON. Written anew at each start of the pod.
 */
import { readFile } from 'node:fs/promises';
import type { Manifest } from '../../contract/manifest.ts';
import { NOTHING_TO_DO, RUN_FILES } from '../../contract/pod.ts';
import { writeDurably } from '../durable.ts';

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

export type Note = { readonly work: 'none' } | { readonly work: 'restore'; readonly restore: RestoreWork };

export async function writeNote(note: Note, path: string = RUN_FILES.note): Promise<void> {
  if (note.work === 'none') await writeDurably(path, `${NOTHING_TO_DO}\n`, 0o644);
  else await writeDurably(path, `${note.work}\n${JSON.stringify(note.restore)}\n`, 0o644);
}

/** Undefined where there is no note, or one that this version did not write. */
export async function readNote(path: string = RUN_FILES.note): Promise<Note | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [first, second = ''] = text.split('\n');
  if (first === NOTHING_TO_DO) return { work: 'none' };
  if (first !== 'restore') return undefined;
  try {
    return { work: 'restore', restore: JSON.parse(second) as RestoreWork };
  } catch {
    return undefined;
  }
}
