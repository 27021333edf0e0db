/** The contract over a server of Azure's blob storage. Small pages, so that every listing of some objects takes several. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { createAzureStore } from '../../bootstrap/store/azure.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { whyMissing } from '../support/skip.ts';
import { startAzure } from '../support/start-azure.ts';
import { snapshotStoreContract } from './snapshot-store.ts';

const container = 'snapshots';
const skip = await whyMissing('azurite-blob');

for (const shown of ['AZURE_STORAGE_KEY', 'AZURE_STORAGE_SAS_TOKEN'] as const) {
  snapshotStoreContract(
    `Azure Blob Storage (${shown})`,
    async () => {
      const server = await startAzure({ container });
      const { account, accountKey, endpoint } = server;
      const folders: string[] = [];
      async function credentials(file: string, text: string, second?: string): Promise<string> {
        const folder = await mkdtemp(join(tmpdir(), 'lifeboat-credentials-'));
        folders.push(folder);
        await writeFile(join(folder, file), text);
        if (second !== undefined) await writeFile(join(folder, second), text);
        return folder;
      }
      function signature(permissions: string, expires = Date.now() + 3_600_000): string {
        return generateBlobSASQueryParameters(
          {
            containerName: container,
            permissions: ContainerSASPermissions.parse(permissions),
            startsOn: new Date(expires - 7_200_000),
            expiresOn: new Date(expires),
          },
          new StorageSharedKeyCredential(account, accountKey),
        ).toString();
      }
      const own =
        shown === 'AZURE_STORAGE_KEY'
          ? server.credentialsFolder
          : await credentials(shown, `?${signature('rcwdl')}\n`);
      const expired = signature('rcwdl', Date.now() - 60_000);
      function storeWith(
        change: Partial<Parameters<typeof createAzureStore>[0]>,
        name = 'vault',
      ): SnapshotStore {
        const config = { account, container, prefix: 'lifeboat', endpoint, credentials: own, ...change };
        return createAzureStore(config, name, { pageSize: 4, maxAttempts: 2 });
      }
      let count = 0;
      return {
        open: () => storeWith({ prefix: count % 2 === 0 ? 'lifeboat' : '' }, `vault-${++count}`),
        // Blocks that nobody commits are no blobs; Azure drops them after a week, and no call removes them.
        leftovers: async () => [],
        broken: async () => ({
          'a missing container': {
            store: storeWith({ container: 'not-there', credentials: server.credentialsFolder }),
            retryable: false,
            says: /container not-there at http.*does not exist/,
          },
          'a wrong key': {
            store: storeWith({
              credentials: await credentials('AZURE_STORAGE_KEY', Buffer.from('wrong').toString('base64')),
            }),
            retryable: false,
            says: /the credentials are not accepted|access is denied/,
          },
          'a signature that has expired': {
            store: storeWith({ credentials: await credentials('AZURE_STORAGE_SAS_TOKEN', expired) }),
            retryable: false,
            says: /the credentials are not accepted|access is denied/,
          },
          'a signature that allows nothing of it': {
            store: storeWith({ credentials: await credentials('AZURE_STORAGE_SAS_TOKEN', signature('t')) }),
            retryable: false,
            says: /access is denied/,
          },
          'a Secret without either key': {
            store: storeWith({ credentials: await credentials('key.json', '{}') }),
            retryable: false,
            says: /neither AZURE_STORAGE_KEY nor AZURE_STORAGE_SAS_TOKEN is in/,
          },
          'a Secret with both keys': {
            store: storeWith({
              credentials: await credentials('AZURE_STORAGE_KEY', 'abcd', 'AZURE_STORAGE_SAS_TOKEN'),
            }),
            retryable: false,
            says: /holds both AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN/,
          },
          'a port where nothing listens': {
            store: storeWith({ endpoint: `http://127.0.0.1:9/${account}` }),
            retryable: true,
            says: /http:\/\/127\.0\.0\.1:9\/testaccount: connection refused/,
          },
          'TLS to a server without it': {
            store: storeWith({ endpoint: endpoint.replace('http:', 'https:') }),
            retryable: false,
            says: /does not speak TLS/,
          },
        }),
        secrets: [
          accountKey,
          encodeURIComponent(Buffer.from('wrong').toString('base64')),
          'sig=',
          'SharedKey ',
        ],
        async stop() {
          for (const folder of folders) await rm(folder, { recursive: true });
          await server.stop();
        },
      };
    },
    skip,
  );
}
