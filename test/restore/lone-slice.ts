/** The restore slice of one server, for tests that open no cloud: its store is a directory. */
import type { RestoreSlice } from '../../contract/slice.ts';

export interface LoneSlice {
  readonly data: string;
  readonly store: string;
  /** Laid over `restore`; people hold the keys. */
  readonly restore?: Partial<RestoreSlice['restore']>;
}

export function loneSlice({ data, store, restore = {} }: LoneSlice): RestoreSlice {
  return {
    version: 1,
    name: 'prod',
    installation: 'vault/vault',
    replicas: {
      count: 1,
      namespace: 'vault',
      statefulSet: 'vault',
      service: 'vault-internal',
      ordered: false,
    },
    store: { directory: { path: store } },
    server: {
      product: 'vault',
      dataPath: data,
      configFiles: ['/x'],
      address: 'http://127.0.0.1:1',
      seal: 'shamir',
      image: 'i',
    },
    restore: {
      snapshot: { latest: {} },
      whenNoSnapshot: 'install',
      whenDamaged: 'stop',
      unseal: { manual: {} },
      timeoutSeconds: 60,
      ...restore,
    },
    log: 'text',
  };
}
