/** Starts a server of Azure's blob storage (Azurite, in memory) on a free loopback port, with one container in it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { freePort, startServer } from './server-process.ts';
import { findTool } from './tools/find-tool.ts';

export interface AzureServer {
  readonly account: string;
  readonly accountKey: string;
  readonly endpoint: string;
  /** A folder as the pods see the Secret. */
  readonly credentialsFolder: string;
  /** The container, opened with the key of the account. */
  readonly container: ContainerClient;
  stop(): Promise<void>;
}

export async function startAzure({ container }: { readonly container: string }): Promise<AzureServer> {
  const account = 'testaccount';
  const accountKey = randomBytes(64).toString('base64');
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-azure-'));
  await writeFile(join(folder, 'AZURE_STORAGE_KEY'), `${accountKey}\n`, { mode: 0o600 });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}/${account}`;
  // The SDK may speak a newer version of the protocol than it knows.
  const flags = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--inMemoryPersistence'];
  // Under whatever name it is reached, the account is in the path.
  flags.push('--disableProductStyleUrl');
  const args = ['--blobHost', '127.0.0.1', '--blobPort', String(port), ...flags];
  const { path } = await findTool('azurite-blob');
  const server = startServer(process.execPath, [path, ...args], {
    AZURITE_ACCOUNTS: `${account}:${accountKey}`,
  });
  const client = new ContainerClient(
    `${endpoint}/${container}`,
    new StorageSharedKeyCredential(account, accountKey),
    { retryOptions: { maxTries: 1 } },
  );

  async function stop(): Promise<void> {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await server.answers(() => client.create());
  } catch (error) {
    await stop();
    throw error;
  }
  return { account, accountKey, endpoint, credentialsFolder: folder, container: client, stop };
}
