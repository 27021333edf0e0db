/** The Secret with a static key of the store, and the keys that it must hold; undefined where the pods have an identity. */
import type { Store } from './config.ts';

export interface StaticKey {
  /** Name of the Secret. */
  readonly name: string;
  readonly keys: readonly string[];
}

export function staticKey(store: Store): StaticKey | undefined {
  if ('s3' in store) {
    const { secret } = store.s3;
    return secret === undefined
      ? undefined
      : { name: secret, keys: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] };
  }
  if ('gcs' in store) {
    const { secret } = store.gcs;
    return secret === undefined ? undefined : { name: secret, keys: ['key.json'] };
  }
  const secret = 'azure' in store ? store.azure.secret : undefined;
  return secret === undefined ? undefined : { name: secret.name, keys: [secret.key] };
}
