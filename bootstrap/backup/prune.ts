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
  const stored = new Set((await store.list('snapshots/', options)).map(({ key }) => key));
  const keys = [...stored].filter((key) => key.endsWith(MANIFEST_SUFFIX));
  if (keys.length <= keepLast) return [];
  const manifests: Manifest[] = [];
  for (const key of keys) {
    const manifest = await readManifest(store, key, options).catch(() => undefined);
    // A manifest that cannot be read, or speaks of another object, protects what stands beside it.
    if (manifest !== undefined && manifestKey(manifest.key) === key) manifests.push(manifest);
  }
  // A manifest without its snapshot (a prune that was interrupted, a person) counts for none of the newest.
  const whole = manifests.filter(({ key }) => stored.has(key));
  const doomed = toPrune(whole, clusterId, pointer, keepLast);
  const kept = whole.filter(({ cluster, key }) => cluster.id === clusterId && !doomed.includes(key));
  for (const { cluster, key } of manifests) {
    if (stored.has(key) || cluster.id !== clusterId || parseSnapshotKey(key) === undefined) continue;
    if (kept.length > 0 && kept.every((one) => key < one.key)) await store.remove(manifestKey(key), options);
  }
  for (const key of doomed) {
    await store.remove(key, options);
    await store.remove(manifestKey(key), options);
    log.info(`removed ${key}: older than the newest ${keepLast}`);
  }
  return doomed;
}
