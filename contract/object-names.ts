/**
 * Names of the objects in a store. All objects of one Vault stand under `<prefix>/<name>/`:
 *
 *   snapshots/<UTC compact time>-<raft index>.snap                  the raft archive, as the server sent it
 *   snapshots/<UTC compact time>-<raft index>.snap.manifest.json    what is known of it (contract/manifest.ts)
 *   latest.json                                                     the pointer (contract/manifest.ts)
 *   receipts/<UTC compact time>-<installation>.json                 who restored what, when
 *
 * Names sort by time. Nothing but the pointer is ever written twice.
 */
export const MANIFEST_SUFFIX = '.manifest.json';
export const POINTER = 'latest.json';

const SNAPSHOT = /^snapshots\/(?<time>\d{8}T\d{6}Z)-(?<index>\d+)\.snap$/;

/** `2026-11-23T22:42:54.123Z` -> `20261123T224254Z` */
export function compactTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** `20261123T224254Z` -> a Date, or undefined where the text is no such time. */
export function parseCompactTime(text: string): Date | undefined {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (m === null) return undefined;
  const date = new Date(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}Z`);
  if (Number.isNaN(date.getTime())) return undefined;
  // Date takes a 31st of February for the 3rd of March: such a name is none of ours.
  return compactTime(date) === text ? date : undefined;
}

/** Key of a snapshot relative to `<prefix>/<name>/`. `index` is the raft index of the archive's meta.json. */
export function snapshotKey(taken: Date, index: number): string {
  return `snapshots/${compactTime(taken)}-${index}.snap`;
}

export function manifestKey(snapshot: string): string {
  return `${snapshot}${MANIFEST_SUFFIX}`;
}

export interface SnapshotName {
  readonly key: string;
  readonly taken: Date;
  readonly index: number;
}

/** Reads a key that `snapshotKey` made; undefined for every other key. */
export function parseSnapshotKey(key: string): SnapshotName | undefined {
  const groups = SNAPSHOT.exec(key)?.groups;
  if (groups === undefined) return undefined;
  const taken = parseCompactTime(groups.time ?? '');
  const index = Number(groups.index);
  if (taken === undefined || !Number.isSafeInteger(index)) return undefined;
  return { key, taken, index };
}

export function receiptKey(restored: Date, installation: string): string {
  return `receipts/${compactTime(restored)}-${installation.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.json`;
}
