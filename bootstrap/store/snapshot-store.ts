/**
 * Where snapshots live. One interface, one contract suite (test/contract/snapshot-store.ts), one file per kind.
 *
 * Keys are relative to `<prefix>/<name>/` and use `/` (contract/object-names.ts). Errors are LifeboatErrors:
 * `noSnapshot` where an object does not exist, `store` for everything else; `retryable` only where a later
 * try may help (network, 5xx, throttling), never for a denial or a missing bucket.
 *
 * An aborted call rejects with the signal's own reason, and so does a stream that `read` gave. A key that leads
 * elsewhere (`..`, absolute, hidden, control characters) is refused with `store` in every call: keys may come from
 * a pointer that someone else wrote.
 */
import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface SnapshotStore {
  /** For messages: `s3://bucket/prefix/name (https://endpoint)`. Never holds a credential. */
  readonly description: string;

  /**
   * All objects whose key starts with `prefix`, in ascending order of the keys.
   * An empty list is only ever a *successful* answer: a missing bucket or folder, or a denial, throws.
   */
  list(prefix: string, options?: CallOptions): Promise<readonly StoredObject[]>;

  /**
   * The object's bytes. Throws `noSnapshot` where it does not exist. The stream ends well only when all bytes came;
   * a connection that is cut, or silent for too long, is a `store` error of the stream.
   */
  read(key: string, options?: CallOptions): Promise<Readable>;

  /**
   * Writes a new object from a stream in constant memory. Visible only once it is whole: a body that fails
   * leaves nothing behind, and no half-made upload either, and its own error is what create rejects with. Throws
   * `store` where the key exists already. The body is read to its end or destroyed, whatever happens.
   */
  create(key: string, body: Readable, options?: CallOptions): Promise<void>;

  /** Writes a small object in one step, over an older one of that key. For the pointer alone. */
  replace(key: string, bytes: Uint8Array, options?: CallOptions): Promise<void>;

  /**
   * Begins to write an object and undoes it: throws as `create` would where that is denied, and leaves nothing that
   * anybody sees. Says what time it is for the store, where that is told.
   */
  probe(key: string, options?: CallOptions): Promise<{ readonly time: Date | undefined }>;

  /**
   * Removes what uploads left that were cut off (a killed backup) and begun before that time: nobody sees it, and it is
   * paid for. Resolves to how many there were. 0 for stores that drop such things by themselves.
   */
  removeUnfinished(before: Date, options?: CallOptions): Promise<number>;

  /** Removes an object. Removing one that is not there is no error. */
  remove(key: string, options?: CallOptions): Promise<void>;
}
