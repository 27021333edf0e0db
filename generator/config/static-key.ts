/**
 * The Secret with a static key of the store for one of the two pods, and the keys that it must hold; undefined where
 * that pod has an identity. The server's pods may have a Secret of their own, whose owner may do less.
 */
import type { Store } from './config.ts';

/** The two pods that come to the store: the backup's, and the server's. */
export type Who = 'backup' | 'restore';

export interface StaticKey {
  /** Name of the Secret. */
  readonly name: string;
  readonly keys: readonly string[];
}

function of<T>({ secret, restoreSecret }: { readonly secret?: T; readonly restoreSecret?: T }, who: Who) {
  return who === 'restore' ? (restoreSecret ?? secret) : secret;
}

export function staticKey(store: Store, who: Who): StaticKey | undefined {
  if ('s3' in store) {
    const name = of(store.s3, who);
    return name === undefined ? undefined : { name, keys: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] };
  }
  if ('gcs' in store) {
    const name = of(store.gcs, who);
    return name === undefined ? undefined : { name, keys: ['key.json'] };
  }
  const secret = 'azure' in store ? of(store.azure, who) : undefined;
  return secret === undefined ? undefined : { name: secret.name, keys: [secret.key] };
}
