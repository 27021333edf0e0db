/** What an answer of Google Cloud Storage means that is no success. Nothing passes but a status and Google's sentence. */
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { failure, type Meaning, printable, type StoreCall } from './failure.ts';
import { type NetworkHints, networkMeaning } from './network-errors.ts';

/** An answer with a status that is no success. Never leaves this folder: it becomes a LifeboatError. */
export class GcsRefusal extends Error {
  readonly status: number;
  /** The first `reason` of the answer's JSON, such as `rateLimitExceeded`. */
  readonly reason: string;

  constructor(status: number, text: string) {
    const { message = '', errors = [] } = errorIn(text);
    super(printable(message, /bearer|authorization|token=|signature/i));
    this.status = status;
    this.reason = String(errors[0]?.reason ?? '');
  }
}

interface GoogleError {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string }[];
}

/** Downloads are refused in plain text, everything else in JSON; the pages of others are not repeated. */
function errorIn(text: string): GoogleError {
  try {
    return (JSON.parse(text) as { readonly error?: GoogleError }).error ?? {};
  } catch {
    return text.startsWith('<') ? {} : { message: text };
  }
}

const PERMISSION: Readonly<Record<StoreCall['verb'], string>> = {
  list: 'storage.objects.list on the bucket',
  read: 'storage.objects.get on the objects (and storage.objects.list, without which a missing object looks like a denial)',
  write:
    'storage.objects.create on the objects, and storage.objects.delete on latest.json, which is replaced',
  remove: 'storage.objects.delete on the objects',
};

const NETWORK: NetworkHints = {
  protocol: 'Google Cloud Storage',
  endpoint: 'store.gcs.endpoint',
  unknownName: 'correct store.gcs.endpoint',
  certificate: 'set store.gcs.endpoint to a name that is in it; a proxy may stand in between',
};

/** `undefined` as the error: the answer was a success and is not Google's. */
export function gcsError(error: unknown, call: StoreCall): LifeboatError {
  if (error instanceof LifeboatError) return error;
  if (error instanceof GcsRefusal) return failure(call, refusalMeaning(error, call));
  return failure(call, networkMeaning(error, NETWORK) ?? { reason: messageOf(error) });
}

export function notGoogle({ place }: StoreCall): LifeboatError {
  return new LifeboatError('store', `the answer of ${place} is not that of Google Cloud Storage`, {
    hint: 'correct store.gcs.endpoint; a proxy may stand in between',
  });
}

function refusalMeaning({ status, reason, message }: GcsRefusal, { verb }: StoreCall): Meaning {
  const said = message === '' ? '' : ` (${message})`;
  if (status === 408 || status === 429 || /^(userR|r)ateLimitExceeded$/.test(reason)) {
    return { reason: `the store asks to slow down (status ${status})`, retryable: true };
  }
  if (status === 401) {
    return {
      reason: `the credentials are not accepted${said}`,
      hint: 'renew the key in the Secret of the store, or the workload identity',
    };
  }
  if (status === 403) return { reason: `access is denied${said}`, hint: `allow ${PERMISSION[verb]}` };
  if (status === 404) {
    return {
      reason: 'the bucket does not exist (404)',
      hint: 'create the bucket or correct store.gcs.bucket and store.gcs.endpoint',
    };
  }
  if (status === 412) return { reason: 'the object exists already and is not overwritten' };
  if (status >= 300 && status < 400) {
    return {
      reason: `the answer points elsewhere (status ${status}), which is not followed`,
      hint: 'correct store.gcs.endpoint; a proxy may stand in between',
    };
  }
  if (status >= 500) return { reason: `the store failed with status ${status}`, retryable: true };
  return { reason: `status ${status}${said}` };
}
