/** Which snapshot the store offers for the configured choice, and whether a proven attempt came from that one. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Pointer } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Log } from '../log.ts';
import { readPointer } from '../read-object.ts';
import { type Candidate, candidates } from '../snapshot/choose.ts';
import { openStore } from '../store/open-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { attemptFolder, readComplete } from './attempt-folder.ts';

export async function find(
  slice: RestoreSlice,
  store: SnapshotStore,
  log: Log,
): Promise<readonly Candidate[]> {
  const choice = slice.restore.snapshot;
  const keys = (await store.list('')).map(({ key }) => key);
  const found = candidates(
    choice,
    'latest' in choice ? await usablePointer(slice, store, keys, log) : undefined,
    keys,
  );
  if (found.length === 0 && keys.length > 0) {
    throw new LifeboatError(
      'noSnapshot',
      `${store.description} holds ${keys.length} object(s) (such as ${keys[0]}), but no usable snapshot: this is no first install`,
      {
        hint: 'look at the store: name a snapshot with restore.snapshot.key, or use another name for a new Vault',
      },
    );
  }
  return found;
}

/** A damaged pointer stops, as a damaged snapshot does; where the previous one is allowed, the manifests tell the newest. */
async function usablePointer(
  slice: RestoreSlice,
  store: SnapshotStore,
  keys: readonly string[],
  log: Log,
): Promise<Pointer | undefined> {
  const previousAllowed = slice.restore.whenDamaged === 'previous';
  try {
    const pointer = await readPointer(store);
    if (pointer === undefined || keys.includes(pointer.key) || !previousAllowed) return pointer;
    log.warn(
      `latest.json names ${pointer.key}, which is not in the store; taking the newest verified snapshot, as restore.whenDamaged allows`,
    );
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit !== 'integrity') throw error;
    if (!previousAllowed)
      throw new LifeboatError('integrity', error.message, { hint: DAMAGED_HINT, cause: error });
    log.warn(`${error.message}; taking the newest verified snapshot, as restore.whenDamaged allows`);
  }
  return undefined;
}

export const DAMAGED_HINT =
  'set restore.whenDamaged: previous to take the newest older verified snapshot, or name one with restore.snapshot.key';

/**
 * A proven attempt may have waited for long, beside a Vault that was taken away since. It counts while its snapshot is
 * the one that would be taken now. Where the store has none to give, the attempt is all there is.
 */
export async function isStillChosen(slice: RestoreSlice, attempt: number, log: Log): Promise<boolean> {
  const { dataPath } = slice.server;
  const was = (await readComplete(attemptFolder(dataPath, attempt)))?.receipt.snapshot;
  const choice = slice.restore.snapshot;
  if (was === undefined) return false;
  if ('key' in choice) return choice.key === was.key;
  try {
    const [first] = await find(slice, await openStore(slice.store, slice.name, log), log);
    if (first !== undefined)
      return first.key === was.key && (first.sha256 === undefined || first.sha256 === was.sha256);
    log.warn(`the store holds no snapshot any more; attempt-${attempt} was proven from ${was.key}`);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.exit === 'store') throw error;
    log.warn(`${error.message}; attempt-${attempt} was proven from ${was.key}`);
  }
  return true;
}
