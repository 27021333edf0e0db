/** A store that a slice names for a pod, reached from this machine: with its files where they are here. */
import type { StoreSlice } from '../contract/slice.ts';
import { namedFile, namedFolder } from './named-file.ts';

export interface StoreFlags {
  /** Folder with the files of the credentials, in the place of the one that the configuration names for the pod. */
  readonly credentials?: string | undefined;
  /** PEM file of the CA of the store's endpoint, in the place of the pod's. */
  readonly ca?: string | undefined;
}

/** Throws a LifeboatError where a flag names what is not there. */
export async function storeHere(store: StoreSlice, { credentials, ca }: StoreFlags): Promise<StoreSlice> {
  if (credentials !== undefined) await namedFolder('--credentials', credentials);
  if (ca !== undefined) await namedFile('--ca', ca);
  const key = credentials === undefined ? {} : { credentials };
  if ('gcs' in store) return { gcs: { ...store.gcs, ...key } };
  if ('azure' in store) return { azure: { ...store.azure, ...key } };
  if (!('s3' in store)) return store;
  return { s3: { ...store.s3, ...key, ...(ca === undefined ? {} : { caFile: ca }) } };
}
