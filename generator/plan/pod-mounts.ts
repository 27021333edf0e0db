/** The Secrets, ConfigMaps and volumes of ours that a pod mounts, and where. One list serves server pod and backup. */
import { MOUNTS } from '../../contract/pod.ts';
import type { CaSource, Config } from '../config/config.ts';
import { staticKey, type Who } from '../config/static-key.ts';

/** What a pod must not be kept from starting by: a missing object is named by lifeboat, not by the kubelet. */
const OPTIONAL = true;
/** Readable by the group of the pod alone (0440). */
const GROUP_ONLY = 0o440;

export type Source =
  | { readonly secret: string; readonly key?: string }
  | { readonly configMap: string; readonly key?: string }
  | { readonly volume: Readonly<Record<string, unknown>> };

export interface PodMount {
  /** Without the prefix `lifeboat-`. */
  readonly name: string;
  readonly mountPath: string;
  readonly source: Source;
}

/** Of a Secret with a certificate that key alone: beside the CA stands the private key of the server. */
function caMount(name: string, mountPath: string, { kind, name: object, key }: CaSource): PodMount {
  return {
    name,
    mountPath,
    source: kind === 'secret' ? { secret: object, key } : { configMap: object, key },
  };
}

/** Credentials and CA of the store, or its volume. */
export function storeMounts({ store }: Config, who: Who): readonly PodMount[] {
  if ('directory' in store) {
    const { path, volume } = store.directory;
    return [{ name: 'snapshots', mountPath: path, source: { volume } }];
  }
  const secret = staticKey(store, who)?.name;
  const ca = 's3' in store ? store.s3.ca : undefined;
  return [
    ...(secret === undefined ? [] : [{ name: 'store', mountPath: MOUNTS.store, source: { secret } }]),
    ...(ca === undefined ? [] : [caMount('store-ca', MOUNTS.storeCa, ca)]),
  ];
}

export function vaultCaMounts({ tls }: Config): readonly PodMount[] {
  return tls?.ca === undefined ? [] : [caMount('vault-ca', MOUNTS.vaultCa, tls.ca)];
}

export function unsealMounts({ restore }: Config): readonly PodMount[] {
  if (!('secret' in restore.unseal)) return [];
  return [{ name: 'unseal', mountPath: MOUNTS.unseal, source: { secret: restore.unseal.secret } }];
}

export function authMounts({ backup }: Config): readonly PodMount[] {
  if (!('approle' in backup.auth)) return [];
  return [{ name: 'auth', mountPath: MOUNTS.auth, source: { secret: backup.auth.approle.secret } }];
}

/** The entry of a pod's `volumes`. */
export function volumeOf({ name, source }: PodMount): Readonly<Record<string, unknown>> {
  const full = `lifeboat-${name}`;
  if ('volume' in source) return { name: full, ...source.volume };
  const { key } = source;
  const how = {
    optional: OPTIONAL,
    defaultMode: GROUP_ONLY,
    ...(key === undefined ? {} : { items: [{ key, path: key }] }),
  };
  return 'secret' in source
    ? { name: full, secret: { secretName: source.secret, ...how } }
    : { name: full, configMap: { name: source.configMap, ...how } };
}

/** The entry of a container's `volumeMounts`. Only a volume of snapshots can be written, and only where asked. */
export function mountOf(
  { name, mountPath, source }: PodMount,
  access: 'read' | 'write',
): Readonly<Record<string, unknown>> {
  const writable = 'volume' in source && access === 'write';
  return { name: `lifeboat-${name}`, mountPath, ...(writable ? {} : { readOnly: true }) };
}
