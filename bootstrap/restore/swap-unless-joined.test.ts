/** A real data folder with a proven attempt, and a real server on loopback that comes up after the first answer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { freePort } from '../../test/support/server-process.ts';
import { createLog } from '../log.ts';
import { beginHandshake, type Handshake } from '../peers/handshake.ts';
import { completeAttempt, createAttempt } from './attempt-life.ts';
import { swapUnlessJoined } from './swap-unless-joined.ts';

const OTHER = '127.0.0.41';

let data: string;
let port: number;
let handshake: Handshake;
let server: Server | undefined;
let lines: string[];
const log = createLog({ format: 'text', part: 'test', write: (line) => lines.push(line) });

beforeEach(async () => {
  lines = [];
  server = undefined;
  data = await mkdtemp(join(tmpdir(), 'swap-'));
  port = await freePort();
  const slice = {
    installation: 'vault/vault',
    replicas: {
      count: 2,
      namespace: 'vault',
      statefulSet: 'vault',
      service: 'vault-internal',
      ordered: false,
    },
    server: { address: `http://127.0.0.1:${port}` },
    restore: {},
  } as Partial<RestoreSlice> as RestoreSlice;
  handshake = await beginHandshake({
    slice,
    env: { HOSTNAME: 'vault-0' },
    log,
    signal: new AbortController().signal,
    pace: 20,
    network: {
      host: '127.0.0.40',
      own: new Set(['127.0.0.40']),
      resolve: async () => ({ addresses: [OTHER] }),
      api: async () => ({ answer: 'not-found' }),
    },
  });
});
afterEach(async () => {
  await handshake.close();
  server?.closeAllConnections();
  server?.close();
  await rm(data, { recursive: true });
});

async function provenAttempt(): Promise<number> {
  const attempt = await createAttempt(data);
  await mkdir(join(attempt.data, 'raft'));
  await writeFile(join(attempt.data, 'vault.db'), 'core/keyring');
  const { number } = attempt;
  await completeAttempt(attempt, { snapshot: {} } as Partial<Receipt> as Receipt);
  return number;
}

test('a proven attempt is put into place while nobody else has data', async () => {
  const attempt = await provenAttempt();
  assert.equal((await handshake.decided()).decision, 'restore');

  assert.equal(await swapUnlessJoined(data, attempt, { handshake, log }), undefined);

  assert.deepEqual((await readdir(data)).sort(), ['.lifeboat', 'raft', 'vault.db']);
});

test('a server that was initialised meanwhile is joined, and the attempt is kept aside', async () => {
  const attempt = await provenAttempt();
  assert.equal((await handshake.decided()).decision, 'restore');
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ initialized: true }));
  });
  server.listen(port, OTHER);
  await once(server, 'listening');

  const start = await swapUnlessJoined(data, attempt, { handshake, log });

  assert.deepEqual(start, { because: 'join' });
  assert.deepEqual(await readdir(data), ['.lifeboat']);
  assert.deepEqual(await readdir(join(data, '.lifeboat')), ['unchosen-1']);
  assert.match(
    lines.join(''),
    /attempt-1 is not put into place, since another server has data; it is kept in/,
  );
});
