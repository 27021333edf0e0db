/** The store that a slice names, ready for use. The S3 SDK is loaded only where S3 is used: it is large. */
import { LifeboatError } from '../../contract/errors.ts';
import type { StoreSlice } from '../../contract/slice.ts';
import type { Log } from '../log.ts';
import { createDirectoryStore } from './directory.ts';
import { createRetryingStore } from './retrying.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export async function openStore(slice: StoreSlice, name: string, log: Log): Promise<SnapshotStore> {
  return createRetryingStore(await openPlainStore(slice, name), log);
}

async function openPlainStore(slice: StoreSlice, name: string): Promise<SnapshotStore> {
  if ('directory' in slice) return createDirectoryStore(slice.directory, name);
  if (!('s3' in slice))
    throw new LifeboatError('config', `stores of kind ${Object.keys(slice)[0]} are not built in yet`);
  const { createS3Store } = await import('./s3.ts');
  return createS3Store(slice.s3, name);
}
