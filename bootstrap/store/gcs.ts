/** Snapshots in a bucket of Google Cloud Storage, over its JSON API. */
import { LifeboatError } from '../../contract/errors.ts';
import { watchBody } from './body-watch.ts';
import { type CloudTuning, unhurried } from './cloud-agent.ts';
import { absent, type StoreCall } from './failure.ts';
import { createGcsClient, type GcsConfig } from './gcs-client.ts';
import { GcsRefusal, gcsError, notGoogle } from './gcs-errors.ts';
import { probeUpload, putObject, type UploadTarget, uploadObject } from './gcs-upload.ts';
import type { SnapshotStore, StoredObject } from './snapshot-store.ts';
import { byKey, checkKey, checkPrefix } from './store-key.ts';
import { wholeBody } from './whole-body.ts';

export function createGcsStore(config: GcsConfig, name: string, tuning: CloudTuning = {}): SnapshotStore {
  checkKey(name);
  const client = createGcsClient(config, tuning);
  const base = config.prefix === '' ? `${name}/` : `${config.prefix}/${name}/`;
  const address = client.endpoint.href.replace(/\/$/, '');
  const place = `bucket ${config.bucket} at ${address}`;
  const objects = `/storage/v1/b/${encodeURIComponent(config.bucket)}/o`;
  const pathOf = (key: string): string => `${objects}/${encodeURIComponent(`${base}${key}`)}`;

  /** Does one call; its failure comes in words, or is the canceller's reason. */
  async function ask<T>(
    verb: StoreCall['verb'],
    key: string,
    signal: AbortSignal | undefined,
    work: (call: StoreCall) => Promise<T>,
  ): Promise<T> {
    const call = { verb, key: `${base}${key}`, place };
    try {
      signal?.throwIfAborted();
      return await work(call);
    } catch (error) {
      throw signal?.aborted ? signal.reason : gcsError(error, call);
    }
  }

  async function listPage(
    prefix: string,
    pageToken: string | undefined,
    call: StoreCall,
    signal?: AbortSignal,
  ) {
    const page = await client.json({
      method: 'GET',
      path: objects,
      query: {
        prefix: `${base}${prefix}`,
        fields: 'kind,nextPageToken,items(name,size)',
        ...(pageToken === undefined ? {} : { pageToken }),
        ...(tuning.pageSize === undefined ? {} : { maxResults: String(tuning.pageSize) }),
      },
      signal,
    });
    // Another server's 200 would list nothing, and nothing would mean "no snapshot".
    if (page.kind !== 'storage#objects') throw notGoogle(call);
    return {
      items: (page.items ?? []) as readonly { readonly name: string; readonly size?: string }[],
      next: typeof page.nextPageToken === 'string' ? page.nextPageToken : undefined,
    };
  }

  /** Of a missing bucket Google says 404, as of a missing object: only a listing that works tells them apart. */
  async function unlessBucketIsMissing(error: unknown, call: StoreCall, signal?: AbortSignal): Promise<void> {
    if (!(error instanceof GcsRefusal && error.status === 404)) throw error;
    await listPage('latest', undefined, call, signal);
  }

  const target = (key: string, call: StoreCall, signal: AbortSignal | undefined): UploadTarget => ({
    client,
    uploads: `/upload${objects}`,
    path: pathOf(key),
    call,
    signal,
  });

  return {
    description: `gs://${config.bucket}/${base.slice(0, -1)}${config.endpoint === undefined ? '' : ` (${address})`}`,

    list(prefix, { signal } = {}) {
      return ask('list', prefix, signal, async (call) => {
        checkPrefix(prefix);
        const found: StoredObject[] = [];
        let token: string | undefined;
        do {
          const { items, next } = await listPage(prefix, token, call, signal);
          for (const { name: full, size } of items) {
            // Consoles mark an empty "folder" by an object whose name ends with a slash.
            if (full.startsWith(base) && !full.endsWith('/'))
              found.push({ key: full.slice(base.length), size: Number(size ?? 0) });
          }
          if (next !== undefined && next === token)
            throw new LifeboatError('store', `the store at ${address} gave a listing that never ends`);
          token = next;
        } while (token !== undefined);
        return found.sort(byKey);
      });
    },

    read(key, { signal } = {}) {
      return ask('read', key, signal, async (call) => {
        checkKey(key);
        const answer = await client
          .send({ method: 'GET', path: pathOf(key), query: { alt: 'media' }, signal })
          .catch(async (error: unknown) => {
            await unlessBucketIsMissing(error, call, signal);
            throw absent(call);
          });
        const { 'content-length': length, 'x-goog-hash': sums } = answer.headers;
        const size = length === undefined ? undefined : Number(length);
        return wholeBody(unhurried(answer.body), {
          size,
          md5: /(?:^|[, ])md5=([\w+/=]+)/.exec(String(sums ?? ''))?.[1],
          signal,
          toError: (error) => gcsError(error, call),
          wrongSize: (seen) =>
            new LifeboatError(
              'store',
              `the connection to ${address} was cut: ${seen} of ${size ?? 'unknown'} bytes of ${call.key} came`,
              { retryable: true },
            ),
        });
      });
    },

    async create(key, body, { signal } = {}) {
      // Before the first await: an error of the body that nobody listens for ends the process.
      const watch = watchBody(body, signal);
      try {
        await ask('write', key, signal, async (call) => {
          checkKey(key);
          await refuseExisting(key, call, signal);
          await uploadObject(target(key, call, signal), watch.source, tuning.partSize);
        });
      } catch (error) {
        watch.fail(error);
        watch.rethrow(error);
      } finally {
        watch.release();
      }
    },

    replace(key, bytes, { signal } = {}) {
      return ask('write', key, signal, async (call) => {
        checkKey(key);
        await putObject(target(key, call, signal), bytes, {});
      });
    },

    probe(key, { signal } = {}) {
      return ask('write', key, signal, async (call) => {
        checkKey(key);
        return { time: await probeUpload(target(key, call, signal)) };
      });
    },

    // Google drops a session that was begun and never ended after a week, and charges nothing for it.
    removeUnfinished: async () => 0,

    remove(key, { signal } = {}) {
      return ask('remove', key, signal, async (call) => {
        checkKey(key);
        try {
          const { body } = await client.send({ method: 'DELETE', path: pathOf(key), query: {}, signal });
          await body.dump();
        } catch (error) {
          await unlessBucketIsMissing(error, call, signal);
        }
      });
    },
  };

  /** Before a long upload that must fail. Whoever may not look goes on, and relies on the condition. */
  async function refuseExisting(key: string, call: StoreCall, signal?: AbortSignal): Promise<void> {
    try {
      const { body } = await client.send({
        method: 'GET',
        path: pathOf(key),
        query: { fields: 'name' },
        signal,
      });
      await body.dump();
    } catch (error) {
      if (error instanceof GcsRefusal && error.status === 403) return;
      return unlessBucketIsMissing(error, call, signal);
    }
    throw new LifeboatError(
      'store',
      `the object ${call.key} exists already in ${place} and is not overwritten`,
    );
  }
}
