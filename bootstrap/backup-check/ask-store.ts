/** Looks at the store with the backup's own rights: may it be listed, read and written, and whose snapshots are there? */
import { type Answer, finding, ok } from '../../contract/doctor.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { manifestKey } from '../../contract/object-names.ts';
import { lastOwner } from '../backup/last-owner.ts';
import { requireOwnership } from '../backup/ownership.ts';
import { readManifest } from '../read-object.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import type { Clock } from './clocks.ts';

/** Where the right to write is tried; nothing is ever stored there. */
const PROBE = 'snapshots/probe';

export interface StoreSeen {
  readonly answer: Answer;
  readonly newest?: Manifest | undefined;
  readonly clock?: Clock;
}

export interface StoreQuestion {
  readonly open: () => Promise<SnapshotStore>;
  /** Of the running server, where it could be asked. */
  readonly clusterId: string | undefined;
  readonly takeOver: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function look({ open, clusterId, takeOver, signal }: StoreQuestion): Promise<StoreSeen> {
  const store = await open();
  const before = await lastOwner(store, { signal });
  const asked = new Date();
  const { time } = await store.probe(PROBE, { signal });
  const clock = { of: 'the store', time, asked };
  if (before === undefined)
    return {
      answer: finding(
        'bucket',
        `${store.description} can be listed and written to, and holds no snapshot under this name`,
        'take the first backup; where some were taken, bucket, prefix or name is not the one that they went to: see store in lifeboat.yaml',
      ),
      clock,
    };
  const newest = await readManifest(store, manifestKey(before.key), { signal }).catch((error: unknown) => {
    if (error instanceof LifeboatError && error.exit === 'noSnapshot') return undefined;
    throw error;
  });
  if (clusterId !== undefined) requireOwnership(clusterId, before, takeOver);
  return {
    answer: ok(
      'bucket',
      `${store.description} can be listed and written to; the newest snapshot is ${before.key}`,
    ),
    newest,
    clock,
  };
}

export async function askStore(question: StoreQuestion): Promise<StoreSeen> {
  try {
    return await look(question);
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return { answer: finding('bucket', error.message, error.hint ?? 'look at the store, then ask again') };
  }
}
