/**
 * What an error of the S3 SDK means for a person. The SDK's errors hold the signed request, the string to sign and
 * the access key, so nothing of them passes but a name, a status and, where it helps, the server's sentence.
 */
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { meaningOf, type SdkError } from './s3-meanings.ts';

export interface S3Call {
  readonly verb: 'list' | 'read' | 'write' | 'remove';
  /** The full key or prefix in the bucket. */
  readonly key: string;
  readonly bucket: string;
  /** For messages: the address, or the service. */
  readonly endpoint: string;
}

export function s3Error(error: unknown, call: S3Call): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const seen = readSdkError(error);
  const place = `bucket ${call.bucket} at ${call.endpoint}`;
  // Only S3's own word for it: a 404 of some web server says nothing about snapshots.
  if (call.verb === 'read' && seen.name === 'NoSuchKey') {
    return new LifeboatError('noSnapshot', `there is no object ${call.key} in ${place}`);
  }
  const meaning = meaningOf(error, seen, call);
  return new LifeboatError('store', `cannot ${call.verb} ${call.key} in ${place}: ${meaning.reason}`, {
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
    retryable: meaning.retryable ?? false,
  });
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
    said: printable(messageOf(error)),
    region:
      typeof fields.Region === 'string' && /^[a-z0-9-]{1,40}$/.test(fields.Region)
        ? fields.Region
        : undefined,
  };
}

/** Servers may repeat parts of the request in their sentence: what looks signed or secret goes. */
function printable(text: string): string {
  if (/^Unknown(Error)?$/.test(text) || /signature=|credential=|AWS4-HMAC|x-amz-security-token/i.test(text))
    return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this removes
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
