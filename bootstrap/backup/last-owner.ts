/** Whose snapshots stand under this name: what the pointer says, and where there is none, the newest manifest. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Pointer } from '../../contract/manifest.ts';
import { manifestKey, POINTER, parseSnapshotKey } from '../../contract/object-names.ts';
import { readManifest, readPointer } from '../read-object.ts';
import type { CallOptions, SnapshotStore } from '../store/snapshot-store.ts';

export type Owner = Pick<Pointer, 'key' | 'clusterId'>;

/** A pointer that was lost gives nobody's snapshots away. Undefined where nothing of ours is there. */
export async function lastOwner(store: SnapshotStore, options: CallOptions = {}): Promise<Owner | undefined> {
  const pointer = await pointerOf(store, options);
  if (pointer !== undefined) return pointer;
  const keys = new Set((await store.list('snapshots/', options)).map(({ key }) => key));
  const newestFirst = [...keys]
    .flatMap((key) => parseSnapshotKey(key) ?? [])
    .filter(({ key }) => keys.has(manifestKey(key)))
    .sort((a, b) => b.taken.getTime() - a.taken.getTime() || b.index - a.index);
  for (const { key } of newestFirst) {
    try {
      return { key, clusterId: (await readManifest(store, manifestKey(key), options)).cluster.id };
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.exit !== 'integrity') throw error;
    }
  }
  return undefined;
}

async function pointerOf(store: SnapshotStore, options: CallOptions): Promise<Pointer | undefined> {
  try {
    return await readPointer(store, options);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit !== 'integrity') throw error;
    throw new LifeboatError('integrity', `${error.message}; nothing was written`, {
      hint: `look at it, and move ${POINTER} away if it is beyond repair: the manifests then tell whose snapshots these are, and the next backup writes it anew`,
      cause: error,
    });
  }
}
