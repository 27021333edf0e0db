/**
 * Writes one new object from a stream: a single request where it is small, else a multipart upload that is undone
 * when anything fails. Memory stays flat: at most IN_FLIGHT + 1 parts exist at a time.
 *
 * S3 allows 10,000 parts, so with parts of 8 MiB an object may have 78 GiB.
 */
import type { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import { watchBody } from './body-watch.ts';
import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  Upload,
  UploadPartCommand,
} from './sdk/s3.ts';
import { checkKey } from './store-key.ts';

const PART_SIZE = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
const IN_FLIGHT = 2;
/**
 * How long an abort lets calls in flight go on, in milliseconds. A part that arrives after the upload was undone, or
 * an upload whose id never came back, would stay in the bucket, unseen and paid for.
 */
const GRACE = 3000;
const UNDO_LIMIT = 5000;

export interface UploadTarget {
  readonly client: S3Client;
  readonly Bucket: string;
  /** `<prefix>/<name>/` */
  readonly base: string;
  readonly key: string;
  readonly partSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  toError(error: unknown): unknown;
}

export async function uploadNew(target: UploadTarget, body: Readable): Promise<void> {
  const { client, Bucket, signal } = target;
  const Key = `${target.base}${target.key}`;
  const cut = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const watch = watchBody(body, signal, () => {
    grace = setTimeout(() => cut.abort(), GRACE);
  });

  async function send(command: Parameters<S3Client['send']>[0]): Promise<unknown> {
    const undo = command instanceof AbortMultipartUploadCommand;
    const number = command instanceof UploadPartCommand ? (command.input.PartNumber ?? 0) : 0;
    try {
      // A worker that waited meanwhile must not begin anew; undoing is for failed uploads and never cut by an abort.
      if (!undo && watch.failed()) throw new Error('the upload has failed');
      if (number > MOST_PARTS) throw tooLarge(Key);
      return await client.send(command, { abortSignal: undo ? AbortSignal.timeout(UNDO_LIMIT) : cut.signal });
    } catch (error) {
      // Also wakes the other worker, which may be waiting for a body that does not go on.
      if (!undo) watch.fail(target.toError(error));
      throw error;
    }
  }

  try {
    signal?.throwIfAborted();
    checkKey(target.key);
    await refuseExisting(client, Bucket, Key, cut.signal);
    await new Upload({
      client: Object.assign(Object.create(client) as S3Client, { send }),
      params: { Bucket, Key, Body: watch.source, IfNoneMatch: '*' },
      partSize: target.partSize ?? PART_SIZE,
      queueSize: IN_FLIGHT,
      leavePartsOnError: false,
    }).done();
  } catch (error) {
    watch.fail(target.toError(error));
    watch.rethrow(error);
  } finally {
    clearTimeout(grace);
    watch.release();
  }
}

/** Some stores ignore If-None-Match and overwrite. Whoever may not look goes on, and relies on the condition. */
async function refuseExisting(
  client: S3Client,
  Bucket: string,
  Key: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404 || status === 403) return;
    throw error;
  }
  throw new LifeboatError(
    'store',
    `the object ${Key} exists already in bucket ${Bucket} and is not overwritten`,
  );
}

function tooLarge(key: string): LifeboatError {
  return new LifeboatError(
    'store',
    `${key} is too large: S3 takes no more than ${MOST_PARTS} parts of an upload`,
  );
}
