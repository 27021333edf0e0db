/**
 * What an error of the S3 SDK means for a person. The SDK's errors hold the signed request, the string to sign and
 * the access key, so nothing of them passes but a name, a status and, where it helps, the server's sentence.
 */
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { absent, failure, printable, type StoreCall } from './failure.ts';
import { meaningOf, type SdkError } from './s3-meanings.ts';

export interface S3Call {
  readonly verb: StoreCall['verb'] | 'list the uploads below';
  /** The full key or prefix in the bucket. */
  readonly key: string;
  readonly bucket: string;
  /** For messages: the address, or the service. */
  readonly endpoint: string;
}

/** What must not pass out of a server's sentence: it may repeat parts of the signed request. */
const SIGNED = /^Unknown(Error)?$|signature=|credential=|AWS4-HMAC|x-amz-security-token/i;

export function s3Error(error: unknown, call: S3Call): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const seen = readSdkError(error);
  const where = { verb: call.verb, key: call.key, place: `bucket ${call.bucket} at ${call.endpoint}` };
  // Only S3's own word for it: a 404 of some web server says nothing about snapshots.
  if (call.verb === 'read' && seen.name === 'NoSuchKey') return absent(where);
  return failure(where, meaningOf(error, seen, call));
}

function readSdkError(error: unknown): SdkError {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly Region?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  };
  const status = fields.$metadata?.httpStatusCode;
  const name = typeof fields.name === 'string' ? fields.name : 'Error';
  return {
    // Answers to HEAD have no body to name the error; the SDK then calls it `UnknownError` or by its number.
    name: /^(\d+|Unknown(Error)?)$/.test(name) ? `status ${status ?? 'unknown'}` : name,
    status,
    attempts: fields.$metadata?.attempts ?? 1,
    said: printable(messageOf(error), SIGNED),
    region:
      typeof fields.Region === 'string' && /^[a-z0-9-]{1,40}$/.test(fields.Region)
        ? fields.Region
        : undefined,
  };
}
