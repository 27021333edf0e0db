/** What a store holds, read for a person: the pointer and whether its snapshot is verified, and the newest receipt. */
import { LifeboatError } from '../contract/errors.ts';
import type { Receipt } from '../contract/manifest.ts';
import { manifestKey, parseSnapshotKey } from '../contract/object-names.ts';
import type { StoreState } from '../contract/store-state.ts';
import { readManifest, readPointer, readReceipt } from './read-object.ts';
import type { SnapshotStore, StoredObject } from './store/snapshot-store.ts';

/** Throws a LifeboatError where the store cannot be read, or its pointer is damaged. */
export async function readStoreState(store: SnapshotStore): Promise<StoreState> {
  const objects = await store.list('');
  const keys = new Set(objects.map(({ key }) => key));
  return {
    description: store.description,
    snapshots: objects.filter(({ key }) => parseSnapshotKey(key) !== undefined).length,
    latest: await latestOf(store, keys),
    receipt: await newestReceipt(store, objects),
  };
}

async function latestOf(store: SnapshotStore, keys: ReadonlySet<string>): Promise<StoreState['latest']> {
  const pointer = await readPointer(store);
  if (pointer === undefined) return undefined;
  const { key, taken, clusterId, sha256 } = pointer;
  const manifest = keys.has(manifestKey(key))
    ? await readManifest(store, manifestKey(key)).catch(unlessDamaged)
    : undefined;
  return {
    ...{ key, taken, clusterId },
    verified: keys.has(key) && manifest?.key === key && manifest.archive.sha256 === sha256,
    bytes: manifest?.archive.size,
    writtenBy: manifest?.installation,
  };
}

/** Names sort by time; the receipt that the real server confirmed stands after the one of the same restore. */
async function newestReceipt(
  store: SnapshotStore,
  objects: readonly StoredObject[],
): Promise<Receipt | undefined> {
  const rank = (key: string): string => key.replace(/\.json$/, '').replace(/\.completed$/, '~');
  const names = objects.map(({ key }) => key).filter((key) => key.startsWith('receipts/'));
  const newest = names.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).at(-1);
  return newest === undefined ? undefined : await readReceipt(store, newest).catch(unlessDamaged);
}

/** One that is damaged, or went away meanwhile, is one that is not there. */
function unlessDamaged(error: unknown): undefined {
  if (error instanceof LifeboatError && error.exit !== 'store') return undefined;
  throw error;
}
