/** A whole store in memory: the fake for unit tests. Its hooks let any call fail, hang, or see other bytes. */
import { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import { watchBody } from './body-watch.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { byKey, checkKey, checkPrefix } from './store-key.ts';
import { wholeBody } from './whole-body.ts';

export type StoreOperation = 'list' | 'read' | 'create' | 'replace' | 'probe' | 'removeUnfinished' | 'remove';

export interface MemoryFaults {
  /** Runs before each operation, with the key or prefix; what it throws is what the call throws. */
  before?(operation: StoreOperation, key: string): void | Promise<void>;
  /** Runs when an object is whole and before it becomes visible. */
  beforeVisible?(key: string, bytes: Buffer): void | Promise<void>;
  /** The bytes that a read gives instead of the stored ones. */
  onRead?(key: string, bytes: Buffer): Buffer;
}

export interface MemoryStore extends SnapshotStore {
  /** What is stored, for assertions and for setting a scene. */
  readonly objects: Map<string, Buffer>;
  /** The operations so far, such as `create snapshots/a.snap`. */
  readonly calls: readonly string[];
}

const CHUNK = 64 * 1024;

export function createMemoryStore(faults: MemoryFaults = {}): MemoryStore {
  const objects = new Map<string, Buffer>();
  const calls: string[] = [];
  const description = 'memory://';

  async function begin(operation: StoreOperation, key: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    calls.push(`${operation} ${key}`);
    if (operation === 'list') checkPrefix(key);
    else checkKey(key);
    await faults.before?.(operation, key);
  }

  return {
    description,
    objects,
    calls,
    async list(prefix, { signal } = {}) {
      await begin('list', prefix, signal);
      return [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, bytes]) => ({ key, size: bytes.length }))
        .sort(byKey);
    },
    async read(key, { signal } = {}) {
      await begin('read', key, signal);
      const stored = objects.get(key);
      if (stored === undefined)
        throw new LifeboatError('noSnapshot', `there is no object ${key} in ${description}`);
      const bytes = faults.onRead?.(key, stored) ?? stored;
      return wholeBody(Readable.from(chunksOf(bytes), { objectMode: false }), {
        size: undefined,
        signal,
        toError: (error) => (error instanceof Error ? error : new Error(String(error))),
        wrongSize: () => new LifeboatError('store', `${key} in ${description} was cut`),
      });
    },
    async create(key, body, { signal } = {}) {
      const watch = watchBody(body, signal);
      try {
        await begin('create', key, signal);
        const chunks: Buffer[] = [];
        for await (const chunk of watch.source) chunks.push(Buffer.from(chunk as Uint8Array));
        const bytes = Buffer.concat(chunks);
        await faults.beforeVisible?.(key, bytes);
        if (objects.has(key)) throw new LifeboatError('store', `${key} exists already in ${description}`);
        objects.set(key, bytes);
      } catch (error) {
        watch.fail(error);
        watch.rethrow(error);
      } finally {
        watch.release();
      }
    },
    async replace(key, bytes, { signal } = {}) {
      await begin('replace', key, signal);
      objects.set(key, Buffer.from(bytes));
    },
    async probe(key, { signal } = {}) {
      await begin('probe', key, signal);
      return { time: new Date() };
    },
    async removeUnfinished(_before, { signal } = {}) {
      await begin('removeUnfinished', 'snapshots', signal);
      return 0;
    },
    async remove(key, { signal } = {}) {
      await begin('remove', key, signal);
      objects.delete(key);
    },
  };
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}
