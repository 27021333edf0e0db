import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../log.ts';
import { openStore } from './open-store.ts';

const log = createLog({ format: 'text', part: 'test', write: () => {} });

test('a slice opens the store that it names', async () => {
  const directory = await openStore({ directory: { path: '/backups' } }, 'vault', log);
  assert.equal(directory.description, '/backups/vault');
  const s3 = await openStore(
    { s3: { bucket: 'b', prefix: 'p/q', endpoint: 'https://me:pw@s3.example/' } },
    'vault',
    log,
  );
  assert.equal(s3.description, 's3://b/p/q/vault (https://s3.example)');
});

test('an endpoint without a scheme and a CA that is not there are refused at once', async () => {
  await assert.rejects(
    openStore({ s3: { bucket: 'b', prefix: '', endpoint: 's3.example:9000' } }, 'v', log),
    {
      message: /no http:\/\/ or https:\/\/ address/,
    },
  );
  await assert.rejects(
    openStore({ s3: { bucket: 'b', prefix: '', caFile: '/nonexistent/ca.pem' } }, 'v', log),
    {
      message: /cannot be read from \/nonexistent\/ca\.pem: ENOENT/,
    },
  );
});
