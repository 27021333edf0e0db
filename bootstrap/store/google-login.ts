/**
 * Who we are to Google: the key.json of a mounted Secret, or what google-auth-library finds (workload identity by the
 * metadata server, application default credentials on a workstation). Its errors hold signed assertions and tokens,
 * so nothing of them passes but Google's own short word.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import { isLoopback } from './cloud-agent.ts';
import { networkReason } from './network-errors.ts';
import { type AuthClient, GoogleAuth } from './sdk/google.ts';

/** The headers of one call, anew each time: tokens are renewed, and a Secret may have been. */
export type Login = () => Promise<Readonly<Record<string, string>>>;

const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write'];
const TIMEOUT = 30_000;
const KEY_FILE = 'key.json';
/** A key of a service account, and a configuration of workload identity federation. */
const KINDS = ['service_account', 'external_account'];

export function googleLogin(endpoint: URL, folder: string | undefined): Login {
  if (endpoint.protocol === 'http:' && (folder === undefined || !isLoopback(endpoint))) {
    if (folder === undefined) return async () => ({});
    throw new LifeboatError(
      'store',
      'store.gcs.endpoint is http://, and a token must not go there in the clear',
      {
        hint: 'write it with https://; http:// is for an emulator, without a secretRef',
      },
    );
  }
  let known: { readonly text: string; readonly client: Promise<AuthClient> } | undefined;
  return async () => {
    const text = folder === undefined ? '' : await readKey(folder);
    if (known?.text !== text) known = { text, client: clientFor(text, folder) };
    try {
      return Object.fromEntries(await (await known.client).getRequestHeaders());
    } catch (error) {
      // A metadata server that was not there yet may be there at the next try.
      known = undefined;
      throw loginError(error, folder);
    }
  };
}

async function clientFor(text: string, folder: string | undefined): Promise<AuthClient> {
  // A token's request is never led elsewhere either.
  const clientOptions = { transporterOptions: { timeout: TIMEOUT, redirect: 'error' as const } };
  const credentials = text === '' ? {} : { credentials: parseKey(text, folder ?? '') };
  return new GoogleAuth({ scopes: SCOPES, clientOptions, ...credentials }).getClient();
}

async function readKey(folder: string): Promise<string> {
  const file = join(folder, KEY_FILE);
  let seen = 'is empty';
  let missing = false;
  try {
    const text = await readFile(file, 'utf8');
    if (text.trim() !== '') return text;
  } catch (error) {
    missing = systemCode(error) === 'ENOENT';
    seen = missing ? 'is missing' : `cannot be read (${systemCode(error) ?? 'unknown'})`;
  }
  throw new LifeboatError('store', `the store's credentials are incomplete: ${file} ${seen}`, {
    hint: `create the Secret that is mounted at ${folder}, with the key ${KEY_FILE}`,
    missing: missing ? 'secret' : undefined,
  });
}

function parseKey(text: string, folder: string): object {
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    key = undefined;
  }
  const kind = (key as { readonly type?: unknown } | undefined)?.type;
  if (typeof key === 'object' && key !== null && KINDS.includes(String(kind))) return key;
  throw new LifeboatError('store', `${join(folder, KEY_FILE)} is no key file of Google`, {
    hint: 'put the JSON file into the Secret that `gcloud iam service-accounts keys create` or `gcloud iam workload-identity-pools create-cred-config` writes',
  });
}

function loginError(error: unknown, folder: string | undefined): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const { status, data } = ((error as { readonly response?: unknown }).response ?? {}) as {
    readonly status?: number;
    readonly data?: { readonly error?: unknown };
  };
  const network = networkReason(error);
  if (status === undefined && network !== undefined) {
    return new LifeboatError('store', `cannot log in to Google: ${network}`, { retryable: true });
  }
  const word = typeof data?.error === 'string' && /^[a-z_]{1,40}$/.test(data.error) ? data.error : undefined;
  if (status === undefined) {
    return new LifeboatError('store', 'cannot log in to Google: no credentials were found', {
      hint: 'set store.gcs.secretRef, or store.gcs.backupServiceAccount and restoreServiceAccount with workload identity; on a workstation `gcloud auth application-default login`',
    });
  }
  return new LifeboatError(
    'store',
    `cannot log in to Google: status ${status}${word === undefined ? '' : ` (${word})`}`,
    {
      retryable: status >= 500 || status === 429,
      hint:
        folder === undefined
          ? 'let the Kubernetes service account act as the Google one (roles/iam.workloadIdentityUser)'
          : `correct ${KEY_FILE} of the Secret of the store: its key may have been deleted`,
    },
  );
}
