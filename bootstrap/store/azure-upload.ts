/**
 * Writes one new blob from a stream: a single request where it is small, else blocks that one last request makes visible.
 * Memory stays flat: at most IN_FLIGHT + 1 blocks exist at a time. Blocks of an upload that failed are seen by nobody;
 * nothing but a week, after which Azure drops them, removes them.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { LifeboatError } from '../../contract/errors.ts';
import { fixedParts } from './fixed-parts.ts';
import type { BlockBlobClient, BlockBlobCommitBlockListOptions } from './sdk/azure.ts';

const PART_SIZE = 8 * 1024 * 1024;
const MOST_BLOCKS = 50_000;
const IN_FLIGHT = 2;
/** Whoever wrote the name first has it. */
const ONLY_NEW = { ifNoneMatch: '*' };

/** All of one length: Azure takes no others beside them. */
function blockId(upload: string, number: number): string {
  return Buffer.from(`${upload}-${String(number).padStart(6, '0')}`).toString('base64');
}

/** A block that no list will name: the right to write is asked, and nobody sees it. */
export async function probeBlob(
  blob: BlockBlobClient,
  signal: AbortSignal | undefined,
): Promise<Date | undefined> {
  const id = blockId(randomBytes(12).toString('hex'), 0);
  const { date } = await blob.stageBlock(id, 'x', 1, signal === undefined ? {} : { abortSignal: signal });
  return date;
}

export async function uploadBlob(
  blob: BlockBlobClient,
  source: Readable,
  signal: AbortSignal,
  partSize = PART_SIZE,
): Promise<void> {
  const sum = createHash('md5');
  // Of this upload alone: another writer of the same name must not mix its blocks into ours.
  const upload = randomBytes(12).toString('hex');
  const ids: string[] = [];
  const flying = new Set<Promise<unknown>>();
  let last: Buffer | undefined;

  for await (const part of fixedParts(source, partSize)) {
    sum.update(part);
    if (last !== undefined) await stage(last);
    last = part;
  }
  // The sum is kept with the blob, and given out with each download of the whole.
  const options = (): BlockBlobCommitBlockListOptions => ({
    abortSignal: signal,
    conditions: ONLY_NEW,
    blobHTTPHeaders: { blobContentMD5: sum.digest() },
  });
  if (ids.length === 0) {
    const bytes = last ?? Buffer.alloc(0);
    await blob.upload(bytes, bytes.length, options());
    return;
  }
  if (last !== undefined) await stage(last);
  await Promise.all(flying);
  await blob.commitBlockList(ids, options());

  async function stage(bytes: Buffer): Promise<void> {
    if (ids.length === MOST_BLOCKS)
      throw new LifeboatError(
        'store',
        `${blob.name} is too large: Azure takes no more than ${MOST_BLOCKS} blocks`,
      );
    const id = blockId(upload, ids.length);
    ids.push(id);
    const sent = blob
      .stageBlock(id, bytes, bytes.length, {
        abortSignal: signal,
        transactionalContentMD5: createHash('md5').update(bytes).digest(),
      })
      .finally(() => flying.delete(sent));
    // It may fail before the next part is there; it is heard all the same.
    sent.catch((error: unknown) => source.destroy(error as Error));
    flying.add(sent);
    if (flying.size >= IN_FLIGHT) await Promise.race(flying);
  }
}
