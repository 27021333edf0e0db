/**
 * Uploads in parts that were begun and never ended, because the backup was killed: no listing of objects shows them, and
 * they are paid for until somebody undoes them.
 */
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  type S3Client,
} from './sdk/s3.ts';

export interface Unfinished {
  readonly client: S3Client;
  readonly Bucket: string;
  /** `<prefix>/<name>/` */
  readonly base: string;
  /** Those that were begun later may be at work. */
  readonly before: Date;
}

/** Resolves to how many were undone. */
export async function removeUnfinished(
  { client, Bucket, base, before }: Unfinished,
  options: { readonly abortSignal?: AbortSignal },
): Promise<number> {
  let removed = 0;
  let place: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
  while (place !== undefined) {
    const command = new ListMultipartUploadsCommand({ Bucket, Prefix: base, ...place });
    const page: ListMultipartUploadsCommandOutput = await client.send(command, options);
    for (const { Key, UploadId } of (page.Uploads ?? []).filter((upload) => isOld(upload, base, before))) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options);
      removed++;
    }
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    // A server that gives no new place would be asked for ever.
    const goesOn: boolean = IsTruncated === true && KeyMarker !== undefined && KeyMarker !== place.KeyMarker;
    place = goesOn ? { KeyMarker, UploadIdMarker } : undefined;
  }
  return removed;
}

/** Ours by its key, whatever the server made of the prefix. */
function isOld({ Key = '', Initiated, UploadId }: MultipartUpload, base: string, before: Date): boolean {
  return Key.startsWith(base) && UploadId !== undefined && Initiated !== undefined && Initiated < before;
}
