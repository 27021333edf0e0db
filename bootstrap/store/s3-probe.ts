/** An upload to S3 that is begun and undone: the right to write is asked, and nothing is stored. */
import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, type S3Client } from './sdk/s3.ts';

const UNDO_LIMIT = 5000;

/** Resolves to the time of the store's answer, where its headers tell it. */
export async function probeUpload(
  client: S3Client,
  Bucket: string,
  Key: string,
  options: { readonly abortSignal?: AbortSignal },
): Promise<Date | undefined> {
  const begin = new CreateMultipartUploadCommand({ Bucket, Key });
  let date: string | undefined;
  begin.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      const { headers } = answer.response as { headers?: Readonly<Record<string, string>> };
      date = headers?.date;
      return answer;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const { UploadId } = await client.send(begin, options);
  const undo = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
  // Never cut by an abort: an upload that was begun would stay, unseen and paid for.
  await client.send(undo, { abortSignal: AbortSignal.timeout(UNDO_LIMIT) });
  const time = new Date(date ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}
