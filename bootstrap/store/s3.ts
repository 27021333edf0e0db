/** Snapshots in an S3 bucket, of AWS or of any server that speaks its protocol. */
import { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import { createS3Client, endpointOf, type S3Config, type S3Tuning } from './s3-client.ts';
import { type S3Call, s3Error } from './s3-errors.ts';
import { probeUpload } from './s3-probe.ts';
import { removeUnfinished } from './s3-unfinished.ts';
import { uploadNew } from './s3-upload.ts';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from './sdk/s3.ts';
import type { SnapshotStore, StoredObject } from './snapshot-store.ts';
import { byKey, checkKey, checkPrefix } from './store-key.ts';
import { wholeBody } from './whole-body.ts';

type ToError = (error: unknown) => Error;

export function createS3Store(config: S3Config, name: string, tuning: S3Tuning = {}): SnapshotStore {
  checkKey(name);
  const Bucket = config.bucket;
  const base = config.prefix === '' ? `${name}/` : `${config.prefix}/${name}/`;
  const endpoint =
    config.endpoint === undefined
      ? `AWS ${config.region ?? ''}`.trim()
      : endpointOf(config.endpoint).href.replace(/\/$/, '');
  const client = createS3Client(config, tuning);

  function errorOf(verb: S3Call['verb'], key: string, signal: AbortSignal | undefined): ToError {
    const call = { verb, key: `${base}${key}`, bucket: Bucket, endpoint };
    return (error) => (signal?.aborted ? signal.reason : s3Error(error, call));
  }

  /** Sends one call; its failure comes in words, or is the canceller's reason. */
  async function ask<T>(
    toError: ToError,
    signal: AbortSignal | undefined,
    send: (options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw toError(error);
    }
  }

  async function listPage(prefix: string, token: string | undefined, signal: AbortSignal | undefined) {
    const command = new ListObjectsV2Command({
      Bucket,
      Prefix: `${base}${prefix}`,
      ContinuationToken: token,
      MaxKeys: tuning.pageSize,
    });
    const page = await ask(errorOf('list', prefix, signal), signal, (options) =>
      client.send(command, options),
    );
    // A web page with status 200 parses as a listing of nothing; taken for one, it would mean "no snapshot".
    if (page.Name === undefined && page.IsTruncated === undefined) {
      throw new LifeboatError('store', `the answer of ${endpoint} is not that of an S3 server`, {
        hint: 'correct store.s3.endpoint; a proxy may stand in between',
      });
    }
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token)) {
      throw new LifeboatError(
        'store',
        `the store at ${endpoint} gave a listing that never ends or lacks its end`,
      );
    }
    return { contents: page.Contents ?? [], next };
  }

  return {
    description: `s3://${Bucket}/${base.slice(0, -1)} (${endpoint})`,

    async list(prefix, { signal } = {}) {
      checkPrefix(prefix);
      const objects: StoredObject[] = [];
      let token: string | undefined;
      do {
        const { contents, next } = await listPage(prefix, token, signal);
        for (const { Key = '', Size = 0 } of contents) {
          // Consoles mark an empty "folder" by an object whose key ends with a slash.
          if (Key.startsWith(base) && !Key.endsWith('/'))
            objects.push({ key: Key.slice(base.length), size: Size });
        }
        token = next;
      } while (token !== undefined);
      return objects.sort(byKey);
    },

    async read(key, { signal } = {}) {
      checkKey(key);
      const toError = errorOf('read', key, signal);
      const command = new GetObjectCommand({ Bucket, Key: `${base}${key}` });
      const { Body, ContentLength } = await ask(toError, signal, (options) => client.send(command, options));
      return wholeBody(Body instanceof Readable ? Body : Readable.from([]), {
        size: ContentLength,
        signal,
        toError,
        wrongSize: (seen) =>
          new LifeboatError(
            'store',
            `the connection to ${endpoint} was cut: ${seen} of ${ContentLength ?? 'unknown'} bytes of ${base}${key} came`,
            { retryable: true },
          ),
      });
    },

    create(key, body, { signal } = {}) {
      const toError = errorOf('write', key, signal);
      return uploadNew({ client, Bucket, base, key, partSize: tuning.partSize, signal, toError }, body);
    },

    async replace(key, bytes, { signal } = {}) {
      checkKey(key);
      const command = new PutObjectCommand({ Bucket, Key: `${base}${key}`, Body: bytes });
      await ask(errorOf('write', key, signal), signal, (options) => client.send(command, options));
    },

    async probe(key, { signal } = {}) {
      checkKey(key);
      const toError = errorOf('write', key, signal);
      return {
        time: await ask(toError, signal, (options) => probeUpload(client, Bucket, `${base}${key}`, options)),
      };
    },

    removeUnfinished(before, { signal } = {}) {
      const toError = errorOf('list the uploads below', '', signal);
      return ask(toError, signal, (options) => removeUnfinished({ client, Bucket, base, before }, options));
    },

    async remove(key, { signal } = {}) {
      checkKey(key);
      const command = new DeleteObjectCommand({ Bucket, Key: `${base}${key}` });
      const toError = errorOf('remove', key, signal);
      await ask(toError, signal, async (options) => {
        try {
          await client.send(command, options);
        } catch (error) {
          // S3 answers 204 for what is not there; some servers name it.
          if ((error as { name?: string }).name !== 'NoSuchKey') throw error;
        }
      });
    },
  };
}
