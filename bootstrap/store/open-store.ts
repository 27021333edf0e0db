/** The store that a slice names, ready for use. What speaks to a cloud is loaded only where that cloud is used: it is large. */
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
  if ('gcs' in slice) {
    const { createGcsStore } = await import('./gcs.ts');
    return createGcsStore(slice.gcs, name);
  }
  if ('azure' in slice) {
    const { createAzureStore } = await import('./azure.ts');
    return createAzureStore(slice.azure, name);
  }
  const { createS3Store } = await import('./s3.ts');
  return createS3Store(slice.s3, name);
}
