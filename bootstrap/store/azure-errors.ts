/**
 * What an error of the SDK of Azure means for a person. Those errors hold the request with its signature, so nothing of
 * them passes but a status and Azure's own code.
 */
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { absent, failure, type Meaning, type StoreCall } from './failure.ts';
import { type NetworkHints, networkMeaning } from './network-errors.ts';

const NETWORK: NetworkHints = {
  protocol: 'Azure Blob Storage',
  endpoint: 'store.azure.endpoint',
  unknownName: 'correct store.azure.account, or store.azure.endpoint',
  certificate: 'set store.azure.endpoint to a name that is in it; a proxy may stand in between',
};

const ROLE: Readonly<Record<StoreCall['verb'], string>> = {
  list: 'to list the container (Storage Blob Data Reader)',
  read: 'to read the container (Storage Blob Data Reader)',
  write: 'to write there (Storage Blob Data Contributor)',
  remove: 'to delete there (Storage Blob Data Contributor)',
};

export function azureError(error: unknown, call: StoreCall): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  // A connection that failed, as azure-http.ts wraps it.
  if (cause !== undefined) return azureError(cause, call);
  const { status, code } = readError(error);
  // Only Azure's own word for it: a 404 of some web server says nothing about snapshots.
  if (call.verb === 'read' && code === 'BlobNotFound') return absent(call);
  return failure(call, meaningOf(error, status, code, call.verb));
}

/** Azure's own word for what went wrong, such as `BlobNotFound`; empty where there is none. */
export function azureCode(error: unknown): string {
  return readError(error).code;
}

function readError(error: unknown): { readonly status: number | undefined; readonly code: string } {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly details?: { readonly errorCode?: unknown };
  };
  const code = fields.details?.errorCode ?? fields.code;
  return {
    status: typeof fields.statusCode === 'number' ? fields.statusCode : undefined,
    code: typeof code === 'string' && /^[A-Za-z]{1,60}$/.test(code) ? code : '',
  };
}

function meaningOf(
  error: unknown,
  status: number | undefined,
  code: string,
  verb: StoreCall['verb'],
): Meaning {
  const named = code === '' ? `status ${status ?? 'unknown'}` : code;
  if (/^Container(NotFound|BeingDeleted|Disabled)$/.test(code) || code === 'ResourceNotFound') {
    return {
      reason: `the container does not exist (${code})`,
      hint: 'create the container or correct store.azure.container',
    };
  }
  if (/^Md5Mismatch$|^Crc64Mismatch$/.test(code)) {
    return { reason: `bytes were damaged or lost on the way (${code})`, retryable: true };
  }
  if (/AlreadyExists$/.test(code) || code === 'UnauthorizedBlobOverwrite') {
    return { reason: 'the object exists already and is not overwritten' };
  }
  if (code === 'InvalidBlockList' || status === 412) {
    return { reason: `another writer was there at the same time (${named})` };
  }
  if (status === 409) return { reason: `the container does not take that now (${named})` };
  if (/^(AuthenticationFailed|InvalidAuthenticationInfo|NoAuthenticationInformation)$/.test(code)) {
    return {
      reason: `the credentials are not accepted (${code})`,
      hint: 'correct or renew the key or signature in the Secret of the store, and look at the clock of the node',
    };
  }
  if (code === 'KeyBasedAuthenticationNotPermitted') {
    return {
      reason: 'the account allows no keys (KeyBasedAuthenticationNotPermitted)',
      hint: 'use a workload identity, or allow shared keys on the account',
    };
  }
  if (status === 401 || status === 403) {
    return { reason: `access is denied (${named})`, hint: `allow the identity or signature ${ROLE[verb]}` };
  }
  if (status === 404) {
    return { reason: `the server does not know that place (${named})`, hint: 'correct store.azure.endpoint' };
  }
  if (status === 429 || code === 'ServerBusy') {
    return { reason: `the store asks to slow down (${named})`, retryable: true };
  }
  if (status === 408 || (status !== undefined && status >= 500)) {
    return { reason: `the store failed with status ${status} (${named})`, retryable: true };
  }
  if (status !== undefined && status >= 300 && status < 400) {
    return {
      reason: `the answer points elsewhere (status ${status}), which is not followed`,
      hint: 'correct store.azure.endpoint; a proxy may stand in between',
    };
  }
  if (status !== undefined && status >= 400) return { reason: named };
  // The SDK's own words where a download ended early, and could not be resumed.
  if (/received less data than required/.test(messageOf(error))) {
    return { reason: 'the connection was cut', retryable: true };
  }
  // Without a status: it could not make sense of an answer.
  return networkMeaning(error, NETWORK) ?? notAzure();
}

export function notAzure(): Meaning {
  return {
    reason: 'the answer is not that of Azure Blob Storage',
    hint: 'correct store.azure.endpoint; a proxy may stand in between',
  };
}
