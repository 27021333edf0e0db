/**
 * Writes one object: in a single request where it is small, else by an upload session whose last part makes it visible.
 * A part that got lost is sent again from where Google has it. Memory stays flat: three parts at most exist at a time.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LifeboatError } from '../../contract/errors.ts';
import { failure, type StoreCall } from './failure.ts';
import { fixedParts } from './fixed-parts.ts';
import { type GcsAnswer, type GcsClient, jsonOf } from './gcs-client.ts';
import { GcsRefusal, gcsError, notGoogle } from './gcs-errors.ts';

export interface UploadTarget {
  readonly client: GcsClient;
  /** `/upload/storage/v1/b/BUCKET/o` */
  readonly uploads: string;
  /** The object's own path. */
  readonly path: string;
  readonly call: StoreCall;
  readonly signal: AbortSignal | undefined;
}

/** Google takes multiples of 256 KiB. */
const PART_SIZE = 8 * 1024 * 1024;
const TRIES = 4;
const FIELDS = 'kind,md5Hash,generation';
const ONLY_NEW = { ifGenerationMatch: '0' };
/** "Resume incomplete": the part is there, and more is waited for. */
const MORE = 308;
/** "Client closed request": what a cancelled session answers. */
const CANCELLED = 499;
/** How long a session that failed may take to be cancelled. */
const UNDO_LIMIT = 5000;

/** A small object in one request; `query` may make it a condition that there is none yet. */
export async function putObject(
  target: UploadTarget,
  bytes: Uint8Array,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const { client, uploads, call, signal } = target;
  const stored = await client.json({
    method: 'POST',
    path: uploads,
    query: { uploadType: 'media', name: call.key, fields: FIELDS, ...query },
    body: bytes,
    signal,
  });
  await requireSame(target, stored, createHash('md5').update(bytes).digest('base64'));
}

export async function uploadObject(
  target: UploadTarget,
  source: Readable,
  partSize = PART_SIZE,
): Promise<void> {
  const sum = createHash('md5');
  let session: Session | undefined;
  let last: Buffer = Buffer.alloc(0);
  let sending: Promise<unknown> = Promise.resolve();
  try {
    for await (const part of fixedParts(source, partSize)) {
      sum.update(part);
      // The next part is read while one is on its way.
      if (last.length > 0) {
        session ??= await startSession(target);
        await sending;
        sending = session.send(last);
        // It may fail before the next part is there; it is heard all the same.
        sending.catch((error: unknown) => source.destroy(error as Error));
      }
      last = part;
    }
    if (session === undefined) return await putObject(target, last, ONLY_NEW);
    await sending;
    await requireSame(target, await session.finish(last), sum.digest('base64'));
  } catch (error) {
    await session?.cancel();
    throw error;
  }
}

/** A session that is begun and cancelled: Google asks for the right to write when it begins, and nothing is stored. */
export async function probeUpload(target: UploadTarget): Promise<Date | undefined> {
  const session = await startSession(target);
  await session.cancel();
  const time = new Date(session.begun);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

interface Session {
  /** The time of Google's answer, as its header has it. */
  readonly begun: string;
  send(part: Buffer): Promise<void>;
  /** Sends the last part, and gives what Google then says of the object. */
  finish(part: Buffer): Promise<Readonly<Record<string, unknown>>>;
  /** Whatever becomes of it: a session that nobody ends is dropped after a week. */
  cancel(): Promise<void>;
}

async function startSession({ client, uploads, call, signal }: UploadTarget): Promise<Session> {
  const started = await client.send({
    method: 'POST',
    path: uploads,
    query: { uploadType: 'resumable', name: call.key, fields: FIELDS, ...ONLY_NEW },
    headers: { 'x-upload-content-type': 'application/octet-stream' },
    signal,
  });
  await started.body.dump();
  const { path, query } = sessionOf(client, started, call);
  let offset = 0;

  async function put(body: Buffer, range: string): Promise<GcsAnswer> {
    const headers = { 'content-range': range };
    try {
      return await client.send({ method: 'PUT', path, query, headers, body, accept: [MORE], signal });
    } catch (error) {
      const gone = error instanceof GcsRefusal && (error.status === 404 || error.status === 410);
      throw gone ? failure(call, { reason: 'Google has dropped the upload', retryable: true }) : error;
    }
  }

  /** Sends a part until Google has all of it; of the last one the answer tells of the object. */
  async function deliver(part: Buffer, total: string): Promise<GcsAnswer> {
    const start = offset;
    const end = start + part.length;
    const complete = (answer: GcsAnswer): boolean =>
      answer.statusCode !== MORE || (total === '*' && bytesIn(answer) === end);
    const sendFrom = (from: number): Promise<GcsAnswer> =>
      put(part.subarray(from - start), `bytes ${from}-${end - 1}/${total}`);

    async function goOn(): Promise<GcsAnswer> {
      const asked = await put(Buffer.alloc(0), `bytes */${total}`);
      if (complete(asked)) return asked;
      await asked.body.dump();
      const from = bytesIn(asked);
      if (from < start || from >= end) throw notGoogle(call);
      return sendFrom(from);
    }

    for (let attempt = 1; ; attempt++) {
      try {
        const answer = attempt === 1 ? await sendFrom(start) : await goOn();
        if (complete(answer)) return answer;
        await answer.body.dump();
        if (attempt === TRIES) throw notGoogle(call);
      } catch (error) {
        if (attempt === TRIES || signal?.aborted || !gcsError(error, call).retryable) throw error;
        await delay(500 * 2 ** (attempt - 1), undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  return {
    begun: String(started.headers.date ?? ''),
    async send(part) {
      const { body } = await deliver(part, '*');
      await body.dump();
      offset += part.length;
    },
    async finish(part) {
      return jsonOf(await deliver(part, String(offset + part.length)));
    },
    async cancel() {
      await client
        .send({
          method: 'DELETE',
          path,
          query,
          accept: [CANCELLED],
          signal: AbortSignal.timeout(UNDO_LIMIT),
        })
        .then(({ body }) => body.dump())
        .catch(() => {});
    },
  };
}

/** The session's address is a credential of its own: it must lead to where the bucket is. */
function sessionOf({ endpoint }: GcsClient, { headers }: GcsAnswer, call: StoreCall) {
  const location = String(headers.location ?? '');
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url === undefined || url.origin !== endpoint.origin) throw notGoogle(call);
  return { path: url.pathname, query: Object.fromEntries(url.searchParams) };
}

/** How many bytes Google has: `range: bytes=0-8388607`. */
function bytesIn({ headers }: GcsAnswer): number {
  const last = /^bytes=0-(\d+)$/.exec(String(headers.range ?? ''))?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

/** What Google says that it holds must be what was sent; an object that is not is removed again. */
async function requireSame(
  { client, path, call }: UploadTarget,
  { kind, md5Hash, generation }: Readonly<Record<string, unknown>>,
  sum: string,
): Promise<void> {
  if (kind !== 'storage#object') throw notGoogle(call);
  if (typeof md5Hash !== 'string' || md5Hash === sum) return;
  const { body } = await client.send({
    method: 'DELETE',
    path,
    query: { ifGenerationMatch: String(generation) },
  });
  await body.dump();
  throw new LifeboatError('store', `bytes of ${call.key} were damaged on the way to ${call.place}`, {
    retryable: true,
  });
}
