/** The store and the TLS of the server as the pods see them: files where the objects are mounted. */
import { MOUNTS } from '../../contract/pod.ts';
import type { StoreSlice, TlsSlice } from '../../contract/slice.ts';
import type { Config } from '../config/config.ts';
import { staticKey, type Who } from '../config/static-key.ts';

export function storeSlice({ store }: Config, who: Who): StoreSlice {
  if ('directory' in store) return { directory: { path: store.directory.path } };
  const credentials = staticKey(store, who) === undefined ? {} : { credentials: MOUNTS.store };
  if ('gcs' in store) {
    const { bucket, prefix, endpoint } = store.gcs;
    return { gcs: { bucket, prefix, ...(endpoint === undefined ? {} : { endpoint }), ...credentials } };
  }
  if ('azure' in store) {
    const { account, container, prefix, endpoint } = store.azure;
    return {
      azure: { account, container, prefix, ...(endpoint === undefined ? {} : { endpoint }), ...credentials },
    };
  }
  const { bucket, prefix, region, endpoint, forcePathStyle, checksums, ca } = store.s3;
  return {
    s3: {
      bucket,
      prefix,
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      forcePathStyle,
      ...(checksums === undefined ? {} : { checksums }),
      ...(ca === undefined ? {} : { caFile: `${MOUNTS.storeCa}/${ca.key}` }),
      ...credentials,
    },
  };
}

export function tlsSlice({ tls }: Config): { readonly tls?: TlsSlice } {
  if (tls === undefined) return {};
  return {
    tls: {
      ...(tls.ca === undefined ? {} : { caFile: `${MOUNTS.vaultCa}/${tls.ca.key}` }),
      ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
    },
  };
}

export function installation({
  release,
}: {
  readonly release: Pick<Config['release'], 'name' | 'namespace'>;
}): string {
  return `${release.namespace}/${release.name}`;
}
