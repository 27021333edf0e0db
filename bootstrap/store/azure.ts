/** Snapshots in a container of Azure Blob Storage. */
import type { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import { type AzureConfig, azureContainer } from './azure-client.ts';
import { azureCode, azureError, notAzure } from './azure-errors.ts';
import { probeBlob, uploadBlob } from './azure-upload.ts';
import { watchBody } from './body-watch.ts';
import type { CloudTuning } from './cloud-agent.ts';
import { failure, type StoreCall } from './failure.ts';
import type { ContainerClient } from './sdk/azure.ts';
import type { SnapshotStore, StoredObject } from './snapshot-store.ts';
import { byKey, checkKey, checkPrefix } from './store-key.ts';
import { wholeBody } from './whole-body.ts';

/** How often a download goes on where its connection was cut. */
const RESUMES = 3;

export function createAzureStore(config: AzureConfig, name: string, tuning: CloudTuning = {}): SnapshotStore {
  checkKey(name);
  const container = azureContainer(config, tuning);
  const base = config.prefix === '' ? `${name}/` : `${config.prefix}/${name}/`;
  const place = `container ${config.container} at ${container.address.slice(0, -config.container.length - 1)}`;

  /** Does one call; its failure comes in words, or is the canceller's reason. */
  async function ask<T>(
    verb: StoreCall['verb'],
    key: string,
    signal: AbortSignal | undefined,
    work: (client: ContainerClient, call: StoreCall) => Promise<T>,
  ): Promise<T> {
    const call = { verb, key: `${base}${key}`, place };
    try {
      signal?.throwIfAborted();
      return await work(await container.open(), call);
    } catch (error) {
      throw signal?.aborted ? signal.reason : azureError(error, call);
    }
  }
  const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });

  return {
    description: `${container.address}/${base.slice(0, -1)}`,

    list(prefix, { signal } = {}) {
      return ask('list', prefix, signal, async (client, call) => {
        checkPrefix(prefix);
        const found: StoredObject[] = [];
        const pages = client
          .listBlobsFlat({ prefix: `${base}${prefix}`, includeMetadata: true, ...options(signal) })
          .byPage(tuning.pageSize === undefined ? {} : { maxPageSize: tuning.pageSize });
        for await (const page of pages) {
          // Another server's 200 would list nothing, and nothing would mean "no snapshot".
          if (!Array.isArray(page.segment?.blobItems) || page.containerName === undefined)
            throw failure(call, notAzure());
          for (const { name: full, properties, metadata } of page.segment.blobItems) {
            // Accounts with a hierarchical namespace list their folders, too.
            const folder = full.endsWith('/') || metadata?.hdi_isfolder === 'true';
            if (full.startsWith(base) && !folder)
              found.push({ key: full.slice(base.length), size: properties.contentLength ?? 0 });
          }
        }
        return found.sort(byKey);
      });
    },

    read(key, { signal } = {}) {
      return ask('read', key, signal, async (client, call) => {
        checkKey(key);
        const answer = await client
          .getBlobClient(call.key)
          .download(0, undefined, { maxRetryRequests: RESUMES, ...options(signal) });
        const { contentLength: size, contentMD5, readableStreamBody: body } = answer;
        if (body === undefined || size === undefined) throw failure(call, notAzure());
        return wholeBody(body as Readable, {
          size,
          md5: contentMD5 === undefined ? undefined : Buffer.from(contentMD5).toString('base64'),
          signal,
          toError: (error) => azureError(error, call),
          wrongSize: (seen) =>
            new LifeboatError(
              'store',
              `the connection to ${place} was cut: ${seen} of ${size} bytes of ${call.key} came`,
              { retryable: true },
            ),
        });
      });
    },

    async create(key, body, { signal } = {}) {
      const cut = new AbortController();
      // Before the first await: an error of the body that nobody listens for ends the process.
      const watch = watchBody(body, signal, () => cut.abort());
      try {
        await ask('write', key, signal, async (client, call) => {
          checkKey(key);
          const blob = client.getBlockBlobClient(call.key);
          await refuseExisting(() => blob.getProperties({ abortSignal: cut.signal }), call);
          await uploadBlob(blob, watch.source, cut.signal, tuning.partSize);
        });
      } catch (error) {
        watch.fail(error);
        // Blocks on their way are of no use any more.
        cut.abort();
        watch.rethrow(error);
      } finally {
        watch.release();
      }
    },

    replace(key, bytes, { signal } = {}) {
      return ask('write', key, signal, async (client, call) => {
        checkKey(key);
        await client.getBlockBlobClient(call.key).upload(bytes, bytes.length, options(signal));
      });
    },

    probe(key, { signal } = {}) {
      return ask('write', key, signal, async (client, call) => {
        checkKey(key);
        return { time: await probeBlob(client.getBlockBlobClient(call.key), signal) };
      });
    },

    // Azure drops blocks that no list ever named after a week.
    removeUnfinished: async () => 0,

    remove(key, { signal } = {}) {
      return ask('remove', key, signal, async (client, call) => {
        checkKey(key);
        try {
          await client.getBlobClient(call.key).delete({ deleteSnapshots: 'include', ...options(signal) });
        } catch (error) {
          if (azureCode(error) !== 'BlobNotFound') throw error;
        }
      });
    },
  };
}

/** Before a long upload that must fail. Whoever may not look goes on, and relies on the condition. */
async function refuseExisting(look: () => Promise<unknown>, { key, place }: StoreCall): Promise<void> {
  try {
    await look();
  } catch (error) {
    const status = (error as { readonly statusCode?: number }).statusCode;
    if (azureCode(error) === 'BlobNotFound' || status === 403) return;
    throw error;
  }
  throw new LifeboatError('store', `the object ${key} exists already in ${place} and is not overwritten`);
}
