/** What S3 says and what it means: the first rule that fits wins, names before statuses, since a name says more. */
import { messageOf } from '../../contract/errors.ts';
import type { Meaning } from './failure.ts';
import { type NetworkHints, networkMeaning } from './network-errors.ts';
import type { S3Call } from './s3-errors.ts';

/** What is taken of an error of the SDK. */
export interface SdkError {
  readonly name: string;
  readonly status: number | undefined;
  readonly attempts: number;
  /** The server's sentence, cut to one printable line. */
  readonly said: string;
  readonly region: string | undefined;
}

const PERMISSION: Readonly<Record<S3Call['verb'], string>> = {
  list: 's3:ListBucket on the bucket',
  read: 's3:GetObject on the objects (and s3:ListBucket, without which a missing object looks like a denial)',
  write: 's3:PutObject and s3:AbortMultipartUpload on the objects',
  remove: 's3:DeleteObject on the objects',
  'list the uploads below': 's3:ListBucketMultipartUploads on the bucket',
};

const NETWORK: NetworkHints = {
  protocol: 'an S3 server',
  endpoint: 'store.s3.endpoint',
  unknownName:
    'correct store.s3.endpoint; where it has no name for each bucket, leave store.s3.forcePathStyle on',
  certificate: 'set store.s3.ca to the CA that signed it, and store.s3.endpoint to a name that is in it',
};

const SECRET_HINT = 'correct the Secret that holds AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const DENIED = ['AccessDenied', 'AllAccessDisabled', 'AccountProblem', 'Forbidden', 'UnauthorizedAccess'];
const ELSEWHERE = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
];
const SLOWER = [
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'RequestLimitExceeded',
];
const DAMAGED = [
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'IncompleteBody',
  'RequestTimeout',
];
const FULL = [
  'QuotaExceeded',
  'InsufficientStorage',
  'XMinioStorageFull',
  'InsufficientCapacity',
  'EntityTooLarge',
];

export function meaningOf(error: unknown, seen: SdkError, call: S3Call): Meaning {
  const { name, status, said } = seen;
  if (name === 'NoSuchBucket' || name === 'InvalidBucketName') {
    return {
      reason: `the bucket does not exist (${name})`,
      hint: 'create the bucket or correct store.s3.bucket',
    };
  }
  if (name === 'InvalidAccessKeyId' || name === 'XAdminUserNotFound') {
    return { reason: `the access key is unknown there (${name})`, hint: SECRET_HINT };
  }
  if (name === 'SignatureDoesNotMatch') {
    return {
      reason: 'the secret key does not belong to the access key (SignatureDoesNotMatch)',
      hint: SECRET_HINT,
    };
  }
  if (['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'ExpiredTokenException'].includes(name)) {
    return {
      reason: `the session token is not valid any more (${name})`,
      hint: 'renew the credentials of the store',
    };
  }
  if (name === 'CredentialsProviderError') {
    return {
      reason: 'no credentials were found',
      hint: 'set store.s3.secretRef, or give the service account a role (web identity)',
    };
  }
  if (name === 'RequestTimeTooSkewed') {
    return {
      reason: "this machine's clock differs too much from the server's",
      hint: 'correct the clock of the node',
    };
  }
  if (ELSEWHERE.includes(name) || status === 301 || status === 307) {
    const where = seen.region === undefined ? '' : `: ${seen.region}`;
    return {
      reason: `the bucket is in another region${where} (${name})`,
      hint: `set store.s3.region to ${seen.region ?? "the bucket's region"}, and store.s3.endpoint to its address`,
    };
  }
  if (DENIED.includes(name) || status === 401 || status === 403) {
    return {
      reason: `access is denied${said === '' ? '' : ` (${said})`}`,
      hint: `allow ${PERMISSION[call.verb]}`,
    };
  }
  if (status === 404) {
    return { reason: `the server does not know that place (${name})`, hint: 'correct store.s3.endpoint' };
  }
  if (name === 'PreconditionFailed' || status === 412) {
    const again = seen.attempts > 1 ? '; perhaps by this very upload, the answer to which was lost' : '';
    return { reason: `the object exists already and is not overwritten${again}` };
  }
  if (status === 409)
    return { reason: `another writer was there at the same time (${name})`, retryable: true };
  if (name === 'NotImplemented' || status === 501) {
    return {
      reason: `the store lacks a function that lifeboat needs, writing without overwriting (If-None-Match) or a checksum${said === '' ? '' : `: ${said}`}`,
      hint: 'set store.s3.checksums: when_required; if that does not help, use a store with conditional writes',
    };
  }
  if (SLOWER.includes(name) || status === 429) {
    return { reason: `the store asks to slow down (${name})`, retryable: true };
  }
  if (FULL.includes(name) || status === 507) {
    return {
      reason: `the store is full or the object too large (${name})`,
      hint: 'raise the quota or make room',
    };
  }
  if (DAMAGED.includes(name) || /checksum mismatch/i.test(messageOf(error))) {
    return { reason: `bytes were damaged or lost on the way (${name})`, retryable: true };
  }
  if (status !== undefined && status >= 500) {
    return { reason: `the store failed with status ${status} (${name})`, retryable: true };
  }
  if (/region is missing/i.test(messageOf(error))) {
    return { reason: 'no region is set', hint: 'set store.s3.region' };
  }
  return networkMeaning(error, NETWORK) ?? { reason: `${name}${said === '' ? '' : `: ${said}`}` };
}
