/** Retention by count. The decision is pure; only objects that a manifest of ours names are ever deleted. */
import type { Manifest, Pointer } from '../../contract/manifest.ts';
import { MANIFEST_SUFFIX, manifestKey, parseSnapshotKey } from '../../contract/object-names.ts';
import type { Log } from '../log.ts';
import { readManifest } from '../read-object.ts';
import type { CallOptions, SnapshotStore } from '../store/snapshot-store.ts';

/**
 * Keys of snapshots to delete, oldest first: those of the running cluster_id beyond the newest `keepLast`.
 * Snapshots of another cluster_id are kept, all of them; so is what the pointer names, and whatever has a name
 * that we did not make.
 */
export function toPrune(
  manifests: readonly Manifest[],
  clusterId: string,
  pointer: Pick<Pointer, 'key'>,
  keepLast: number,
): readonly string[] {
  const ours = manifests
    .filter((manifest) => manifest.cluster.id === clusterId && parseSnapshotKey(manifest.key) !== undefined)
    .map(({ key }) => key)
    .sort();
  return ours.slice(0, Math.max(0, ours.length - keepLast)).filter((key) => key !== pointer.key);
}

/** Deletes what is beyond the retention. The manifest goes last: while it stands, a later run can finish the work. */
export async function prune(
  store: SnapshotStore,
  clusterId: string,
  pointer: Pointer,
  keepLast: number,
  log: Log,
  options: CallOptions = {},
): Promise<readonly string[]> {
  const keys = (await store.list('snapshots/', options))
    .map(({ key }) => key)
    .filter((key) => key.endsWith(MANIFEST_SUFFIX));
  if (keys.length <= keepLast) return [];
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await readManifest(store, key, options).catch(() => undefined);
    // A manifest that cannot be read, or speaks of another object, protects what stands beside it.
    if (manifest !== undefined && manifestKey(manifest.key) === key) manifests.push(manifest);
  }
  const doomed = toPrune(manifests, clusterId, pointer, keepLast);
  for (const key of doomed) {
    await store.remove(key, options);
    await store.remove(manifestKey(key), options);
    log.info(`removed ${key}: older than the newest ${keepLast}`);
  }
  return doomed;
}
