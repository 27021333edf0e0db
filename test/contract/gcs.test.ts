/** The contract over a server of Google's storage API. Small pages, so that every listing of some objects takes several. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGcsStore } from '../../bootstrap/store/gcs.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { whyMissing } from '../support/skip.ts';
import { startGcs } from '../support/start-gcs.ts';
import { snapshotStoreContract } from './snapshot-store.ts';

const bucket = 'snapshots';

snapshotStoreContract(
  'Google Cloud Storage',
  async () => {
    const server = await startGcs({ bucket });
    const { endpoint } = server;
    const folders: string[] = [];
    async function credentials(key?: string): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'lifeboat-credentials-'));
      folders.push(folder);
      if (key !== undefined) await writeFile(join(folder, 'key.json'), key);
      return folder;
    }
    function storeWith(change: Partial<Parameters<typeof createGcsStore>[0]>, name = 'vault'): SnapshotStore {
      return createGcsStore({ bucket, prefix: 'lifeboat', endpoint, ...change }, name, { pageSize: 4 });
    }
    let count = 0;
    return {
      open: () => storeWith({ prefix: count % 2 === 0 ? 'lifeboat' : '' }, `vault-${++count}`),
      // An upload is one request: there is nothing that could be left over.
      leftovers: async () => [],
      broken: async () => ({
        'a missing bucket': {
          store: storeWith({ bucket: 'not-there' }),
          retryable: false,
          says: /bucket not-there at http.*does not exist/,
        },
        'a Secret without the key': {
          store: storeWith({ credentials: await credentials() }),
          retryable: false,
          says: /key\.json is missing/,
        },
        'a Secret with something else': {
          store: storeWith({ credentials: await credentials('a secret of another kind') }),
          retryable: false,
          says: /key\.json is no key file of Google/,
        },
        'a port where nothing listens': {
          store: storeWith({ endpoint: 'http://127.0.0.1:9' }),
          retryable: true,
          says: /http:\/\/127\.0\.0\.1:9: connection refused/,
        },
        'a key of a service account that is no key': {
          store: storeWith({
            credentials: await credentials(
              JSON.stringify({
                type: 'service_account',
                client_email: 'a@b',
                private_key: 'not-a-private-key',
              }),
            ),
          }),
          retryable: false,
          says: /cannot log in to Google/,
        },
      }),
      secrets: ['not-a-private-key', 'a secret of another kind'],
      async stop() {
        for (const folder of folders) await rm(folder, { recursive: true });
        await server.stop();
      },
    };
  },
  await whyMissing('fake-gcs-server'),
);
