/** The contract over a real S3 server. Small pages, so that every listing of some objects takes several. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Store } from '../../bootstrap/store/s3.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { whyMissing } from '../support/skip.ts';
import { startS3 } from '../support/start-s3.ts';
import { snapshotStoreContract } from './snapshot-store.ts';

const bucket = 'snapshots';
const skip = await whyMissing('versitygw');

snapshotStoreContract(
  'S3',
  async () => {
    const server = await startS3({ bucket });
    const { endpoint, credentialsFolder, accessKey, secretKey } = server;
    const admin = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    });
    const folders: string[] = [];
    async function credentials(id: string | undefined, secret: string): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'lifeboat-credentials-'));
      folders.push(folder);
      if (id !== undefined) await writeFile(join(folder, 'AWS_ACCESS_KEY_ID'), id);
      await writeFile(join(folder, 'AWS_SECRET_ACCESS_KEY'), secret);
      return folder;
    }
    function storeWith(change: Partial<Parameters<typeof createS3Store>[0]>, name = 'vault'): SnapshotStore {
      const config = { bucket, prefix: 'lifeboat', endpoint, credentials: credentialsFolder, ...change };
      return createS3Store(config, name, { pageSize: 4, maxAttempts: 2 });
    }
    let count = 0;
    return {
      open: () => storeWith({ prefix: count % 2 === 0 ? 'lifeboat' : '' }, `vault-${++count}`),
      async leftovers() {
        const { Uploads } = await admin.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
        return (Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`);
      },
      broken: async () => ({
        'a missing bucket': {
          store: storeWith({ bucket: 'not-there' }),
          retryable: false,
          says: /bucket not-there at http.*does not exist/,
        },
        'a wrong secret key': {
          store: storeWith({ credentials: await credentials(accessKey, 'wrongwrongwrong') }),
          retryable: false,
          says: /does not belong to the access key|access is denied/,
        },
        'an unknown access key': {
          store: storeWith({ credentials: await credentials('stranger', secretKey) }),
          retryable: false,
          says: /the access key is unknown there|access is denied/,
        },
        'a Secret without the access key': {
          store: storeWith({ credentials: await credentials(undefined, secretKey) }),
          retryable: false,
          says: /AWS_ACCESS_KEY_ID is missing/,
        },
        'a Secret that is not there': {
          store: storeWith({ credentials: '/nonexistent/s3-credentials' }),
          retryable: false,
          says: /\/nonexistent\/s3-credentials\/AWS_ACCESS_KEY_ID is missing/,
        },
        'another region': {
          store: storeWith({ region: 'eu-south-9' }),
          retryable: false,
          says: /another region/,
          except: ['create'],
        },
        'a port where nothing listens': {
          store: storeWith({ endpoint: 'http://127.0.0.1:9' }),
          retryable: true,
          says: /http:\/\/127\.0\.0\.1:9: connection refused/,
        },
        'TLS to a server without it': {
          store: storeWith({ endpoint: endpoint.replace('http:', 'https:') }),
          retryable: false,
          says: /does not speak TLS/,
        },
      }),
      secrets: [secretKey, 'wrongwrongwrong', 'AWS4-HMAC', 'StringToSign', 'Signature='],
      async stop() {
        admin.destroy();
        for (const folder of folders) await rm(folder, { recursive: true });
        await server.stop();
      },
    };
  },
  skip,
);
