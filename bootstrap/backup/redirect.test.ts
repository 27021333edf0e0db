/** What a backup through a standby says of the Vault. The servers here are HTTP servers with fixed answers. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Manifest } from '../../contract/manifest.ts';
import { POINTER } from '../../contract/object-names.ts';
import { goodArchive } from '../../test/snapshot/build-archive.ts';
import { createLog } from '../log.ts';
import { createMemoryStore } from '../store/memory.ts';
import { backup } from './backup.ts';

const archive = await goodArchive();
const log = createLog({ format: 'text', part: 'test', write: () => {} });

let folder: string;
let servers: Server[];
beforeEach(async () => {
  servers = [];
  folder = await mkdtemp(join(tmpdir(), 'redirect-'));
  for (const name of ['role_id', 'secret_id']) await writeFile(join(folder, name), name);
});
afterEach(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

interface Answers {
  readonly clusterId: string;
  readonly shares: number;
  readonly threshold: number;
  /** Where a snapshot is asked for; without it the server gives one. */
  readonly redirect?: string;
}

async function serve({ clusterId, shares, threshold, redirect }: Answers): Promise<string> {
  const json: Readonly<Record<string, object>> = {
    '/v1/auth/approle/login': { auth: { client_token: 't' } },
    '/v1/sys/health': { initialized: true, sealed: false, version: '1.21.1', cluster_id: clusterId },
    '/v1/sys/seal-status': { type: 'shamir', initialized: true, sealed: false, n: shares, t: threshold },
    '/v1/sys/audit': { data: {} },
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/v1/sys/storage/raft/snapshot') {
      if (redirect !== undefined) response.writeHead(307, { location: `${redirect}${path}` }).end();
      else response.end(archive);
    } else response.end(JSON.stringify(json[path] ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(store: ReturnType<typeof createMemoryStore>, address: string, peers: readonly string[]) {
  return backup({
    slice: {
      version: 1,
      name: 'prod',
      installation: 'vault/vault',
      store: { directory: { path: '/x' } },
      vault: { product: 'vault', address, peers: [...peers] },
      auth: { approle: { mount: 'approle', credentials: folder } },
      retention: { keepLast: 3 },
      timeoutSeconds: 60,
      log: 'text',
    },
    store,
    log,
  });
}

test('the manifest has the figures of the server that gave the snapshot, not those of a standby from before a rekey', async () => {
  const active = await serve({ clusterId: 'c-1', shares: 3, threshold: 2 });
  const standby = await serve({ clusterId: 'c-1', shares: 5, threshold: 3, redirect: active });
  const store = createMemoryStore();

  const { key } = await run(store, standby, [standby, active]);

  const manifest = JSON.parse(String(store.objects.get(`${key}.manifest.json`))) as Manifest;
  assert.equal(manifest.seal.shares, 3);
  assert.equal(manifest.seal.threshold, 2);
});

test('a redirect to a server of another Vault is refused, and nothing is written', async () => {
  const other = await serve({ clusterId: 'c-2', shares: 5, threshold: 3 });
  const standby = await serve({ clusterId: 'c-1', shares: 5, threshold: 3, redirect: other });
  const store = createMemoryStore();

  await assert.rejects(run(store, standby, [standby, other]), {
    exit: 'refused',
    message: /c-1 and redirects to .*, which has c-2/,
  });
  assert.equal(store.objects.has(POINTER), false);
  assert.equal(store.objects.size, 0);
});
