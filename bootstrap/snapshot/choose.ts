/** Which snapshot a restore takes: pure, from the configured choice, the pointer and a listing. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Pointer } from '../../contract/manifest.ts';
import { manifestKey, parseSnapshotKey } from '../../contract/object-names.ts';
import type { RestoreSlice } from '../../contract/slice.ts';

export type SnapshotChoice = RestoreSlice['restore']['snapshot'];

export interface Candidate {
  readonly key: string;
  /** The manifest to check it against, where the listing has one. */
  readonly manifest: string | undefined;
  /** The digest that the pointer promises, for the snapshot it names. */
  readonly sha256: string | undefined;
  /** The cluster_id that the pointer names. After a takeover older snapshots may be another Vault's. */
  readonly clusterId: string | undefined;
}

/**
 * Candidates, best first; empty where the store holds no snapshot at all. Only the first is taken unless
 * `restore.whenDamaged: previous` allows to go on to the next.
 *
 * - `latest`: what the pointer names, then older ones with a manifest. Without a pointer the newest with a
 *   manifest; without any of ours the layouts of other tools: `latestbackup.snap`, then the last `*.snap` by name.
 * - `before`: the newest that was taken at or before that time, then older ones.
 * - `key`: that one.
 *
 * Throws `noSnapshot` where a key or a time was asked for and nothing fits, and `integrity` where the pointer names
 * an object that is not there: neither may ever be taken for an empty store.
 */
export function candidates(
  choice: SnapshotChoice,
  pointer: Pointer | undefined,
  keys: readonly string[],
): readonly Candidate[] {
  const known = new Set(keys);
  const withManifest = (key: string, sha256?: string, clusterId?: string): Candidate => ({
    key,
    manifest: known.has(manifestKey(key)) ? manifestKey(key) : undefined,
    sha256,
    clusterId,
  });
  if ('key' in choice) {
    if (known.has(choice.key)) return [withManifest(choice.key)];
    throw new LifeboatError('noSnapshot', `the store has no snapshot ${choice.key}`, {
      hint: 'list what is there with `lifeboat snapshots`, and set restore.snapshot.key',
    });
  }
  const verified = keys
    .flatMap((key) => parseSnapshotKey(key) ?? [])
    .filter(({ key }) => known.has(manifestKey(key)))
    .sort((a, b) => b.taken.getTime() - a.taken.getTime() || b.index - a.index);
  if ('before' in choice) {
    const limit = new Date(choice.before).getTime();
    const fitting = verified.filter(({ taken }) => taken.getTime() <= limit);
    if (fitting.length > 0) return fitting.map(({ key }) => withManifest(key));
    throw new LifeboatError(
      'noSnapshot',
      `the store has no verified snapshot of ${choice.before} or before`,
      {
        hint: 'list what is there with `lifeboat snapshots`, and change restore.snapshot.before',
      },
    );
  }
  if (pointer !== undefined) {
    if (!known.has(pointer.key)) {
      throw new LifeboatError('integrity', `latest.json names ${pointer.key}, which is not in the store`, {
        hint: 'choose one that is there with restore.snapshot.key (list: `lifeboat snapshots`)',
      });
    }
    const older = verified.filter(({ key }) => key < pointer.key);
    return [
      withManifest(pointer.key, pointer.sha256, pointer.clusterId),
      ...older.map(({ key }) => withManifest(key, undefined, pointer.clusterId)),
    ];
  }
  if (verified.length > 0) return verified.map(({ key }) => withManifest(key));
  return foreign(keys).map((key) => ({ key, manifest: undefined, sha256: undefined, clusterId: undefined }));
}

/** Snapshots as other tools leave them. One of our names without a manifest was never verified: it is not taken unasked. */
function foreign(keys: readonly string[]): readonly string[] {
  const snapshots = keys.filter((key) => key.endsWith('.snap') && parseSnapshotKey(key) === undefined).sort();
  const fixed = snapshots.filter((key) => key === 'latestbackup.snap' || key.endsWith('/latestbackup.snap'));
  return [...fixed, ...snapshots.filter((key) => !fixed.includes(key)).reverse()];
}
