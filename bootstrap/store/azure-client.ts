/**
 * The container of a store, opened with whoever we are there: a key or signature of a mounted Secret, read anew for each
 * call so that a renewed one counts, or what @azure/identity finds (workload identity, a workstation's `az login`).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { StoreSlice } from '../../contract/store-slice.ts';
import { azureHttp } from './azure-http.ts';
import { type CloudTuning, isLoopback } from './cloud-agent.ts';
import {
  AnonymousCredential,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from './sdk/azure.ts';

export type AzureConfig = Extract<StoreSlice, { azure: unknown }>['azure'];

type Credential = Parameters<typeof newPipeline>[0];

const KEY_FILE = 'AZURE_STORAGE_KEY';
const SAS_FILE = 'AZURE_STORAGE_SAS_TOKEN';

export interface AzureContainer {
  /** Its address, for messages. */
  readonly address: string;
  open(): Promise<ContainerClient>;
}

export function azureContainer(config: AzureConfig, tuning: CloudTuning): AzureContainer {
  const { account, container, credentials: folder } = config;
  const endpoint = endpointOf(config.endpoint ?? `https://${account}.blob.core.windows.net`);
  const address = `${endpoint.href.replace(/\/+$/, '')}/${container}`;
  const options = {
    httpClient: azureHttp(tuning),
    retryOptions: { maxTries: tuning.maxAttempts ?? 3, retryDelayInMs: 500, maxRetryDelayInMs: 5000 },
  };
  let known: { readonly secret: string; readonly client: ContainerClient } | undefined;

  function client(query: string, credential: Credential): ContainerClient {
    return new ContainerClient(`${address}${query}`, newPipeline(credential, options));
  }
  async function openAs({ kind, secret }: Secret): Promise<ContainerClient> {
    if (kind === 'key') return client('', new StorageSharedKeyCredential(account, secret));
    if (kind === 'signature') return client(`?${secret.replace(/^\?/, '')}`, new AnonymousCredential());
    const { azureLogin } = await import('./azure-login.ts');
    return client('', azureLogin());
  }

  return {
    address,
    async open() {
      const found =
        folder === undefined ? { kind: 'identity' as const, secret: '' } : await readSecret(folder);
      // Of a key only sums are sent, a signature and a token are sent themselves.
      if (endpoint.protocol === 'http:' && found.kind !== 'key' && !isLoopback(endpoint)) {
        throw new LifeboatError(
          'store',
          'store.azure.endpoint is http://, and credentials must not go there in the clear',
          {
            hint: 'write it with https://',
          },
        );
      }
      if (known?.secret !== found.secret) known = { secret: found.secret, client: await openAs(found) };
      return known.client;
    },
  };
}

interface Secret {
  readonly kind: 'key' | 'signature' | 'identity';
  readonly secret: string;
}

async function readSecret(folder: string): Promise<Secret> {
  const key = await readFileOf(folder, KEY_FILE);
  const signature = await readFileOf(folder, SAS_FILE);
  if (key !== undefined && signature !== undefined) {
    throw new LifeboatError('store', `${folder} holds both ${KEY_FILE} and ${SAS_FILE}`, {
      hint: 'leave one of them in the Secret that is mounted there',
    });
  }
  if (signature?.includes('sig=')) return { kind: 'signature', secret: signature };
  if (key !== undefined && /^[A-Za-z0-9+/]+=*$/.test(key)) return { kind: 'key', secret: key };
  const seen =
    key === undefined && signature === undefined
      ? `neither ${KEY_FILE} nor ${SAS_FILE} is in ${folder}`
      : key === undefined
        ? `${join(folder, SAS_FILE)} holds no signature`
        : `${join(folder, KEY_FILE)} holds no base64`;
  throw new LifeboatError('store', `the store's credentials are incomplete: ${seen}`, {
    hint: `create the Secret that is mounted at ${folder}, with the key that store.azure.secretRef names`,
    missing: key === undefined && signature === undefined ? 'secret' : undefined,
  });
}

async function readFileOf(folder: string, file: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, file), 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new LifeboatError(
      'store',
      `${join(folder, file)} cannot be read (${systemCode(error) ?? 'unknown'})`,
      {
        hint: `look at the Secret that is mounted at ${folder}`,
      },
    );
  }
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) {
    url.username = '';
    url.password = '';
    url.search = '';
    return url;
  }
  throw new LifeboatError('store', 'store.azure.endpoint is no http:// or https:// address', {
    hint: "write it with its scheme, as the portal shows the account's blob service",
  });
}
