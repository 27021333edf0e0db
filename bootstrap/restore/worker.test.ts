/** The server here is a fake client with a script of answers; the store is a real folder. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LifeboatError } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { createLog } from '../log.ts';
import { createMemoryStore } from '../store/memory.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import type { Health, SealStatus } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';
import { completeAttempt, createAttempt } from './attempt-life.ts';
import { swap } from './final-renames.ts';
import { runWorker } from './worker.ts';

const SILENT = createLog({ format: 'text', part: 'test', write: () => {} });
const AWAY = new LifeboatError('vault', 'connection refused', { retryable: true });

const health = (status: number, clusterId?: string): Health => ({
  status,
  initialized: status !== 501,
  sealed: status === 503 || status === 501,
  version: '1.21.1',
  clusterId,
  clusterName: undefined,
});

const SEALED: SealStatus = {
  type: 'shamir',
  initialized: true,
  sealed: true,
  threshold: 3,
  shares: 5,
  progress: 0,
  recoverySeal: false,
  version: '1.21.1',
};

let folder: string;
let data: string;
let store: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  data = join(folder, 'data');
  store = join(folder, 'store');
  for (const path of [data, store, join(folder, 'shares')]) await mkdir(path);
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

function slice(unseal: RestoreSlice['restore']['unseal'] = { manual: {} }): RestoreSlice {
  return {
    version: 1,
    name: 'prod',
    installation: 'vault/vault',
    store: { directory: { path: store } },
    server: {
      product: 'vault',
      dataPath: data,
      configFiles: ['/x'],
      address: 'http://127.0.0.1:1',
      seal: 'shamir',
      image: 'i',
    },
    restore: {
      snapshot: { latest: {} },
      whenNoSnapshot: 'install',
      whenDamaged: 'stop',
      unseal,
      timeoutSeconds: 60,
    },
    log: 'text',
  };
}

async function restored(clusterId: string, manifest?: string): Promise<string> {
  const receipt: Receipt = {
    version: 1,
    name: 'prod',
    snapshot: {
      key: 'snapshots/a.snap',
      sha256: '0'.repeat(64),
      taken: '2026-11-23T10:00:00Z',
      ...(manifest === undefined ? {} : { clusterId: manifest }),
    },
    clusterId,
    restored: '2026-11-23T22:42:54.000Z',
    phases: [{ phase: 'find', seconds: 0.1 }],
    verdict: clusterId === '' ? 'restored-sealed' : 'restored',
    installation: 'vault/vault',
    tool: { version: 'test' },
  };
  const attempt = await createAttempt(data);
  await mkdir(join(attempt.data, 'raft'));
  await writeFile(join(attempt.data, 'vault.db'), 'core/keyring');
  await completeAttempt(attempt, receipt);
  await swap(data, attempt.number, SILENT);
  return attempt.folder;
}

/** Answers in turn, the last one for ever. */
function script<T>(answers: readonly (T | Error)[]): () => Promise<T> {
  let at = 0;
  return async () => {
    const answer = answers[Math.min(at++, answers.length - 1)] as T | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

interface Script {
  readonly health: readonly (Health | Error)[];
  readonly seal?: readonly (SealStatus | Error)[];
  readonly tokenless?: readonly (number | Error)[];
  readonly unseal?: readonly ({ sealed: boolean; progress: number } | Error)[];
}

async function work(
  server: Script,
  config: RestoreSlice = slice(),
  more: { readonly store?: SnapshotStore } = {},
): Promise<string> {
  const client = {
    health: script(server.health),
    sealStatus: script(server.seal ?? [SEALED]),
    tokenlessStatus: script(server.tokenless ?? [403]),
    unseal: script(server.unseal ?? [new Error('no share was expected')]),
    resetUnseal: async () => {},
  } as Partial<VaultClient> as VaultClient;
  const log = createLog({ format: 'text', part: 'post-start', write: (line) => lines.push(line) });
  await runWorker({ slice: config, client, podName: 'vault-0', log, pace: 1, ...more });
  return lines.join('');
}

const receipts = async () => (await readdir(join(store, 'prod', 'receipts')).catch(() => [])).sort();

test('a Vault that was not restored and is unsealed needs no word', async () => {
  assert.equal(
    await work({ health: [AWAY, health(503), health(200, 'c')] }).then((said) => said.includes('RESTORED')),
    false,
  );
  assert.deepEqual(await receipts(), []);
});

test('a server that is not initialised is a first install: who has to do what is said, once', async () => {
  const said = await work({ health: [AWAY, health(501)] });

  assert.match(said, /first install\. Next: kubectl exec -ti vault-0 -- vault operator init/);
  assert.equal(lines.length, 1);
});

test('after a restore the last verdict is given by the real server, and both receipts are uploaded', async () => {
  const attempt = await restored('c-1');

  const said = await work({ health: [AWAY, health(503), health(429, 'c-1'), health(200, 'c-1')] });

  assert.match(
    said,
    /RESTORED prod from snapshots\/a\.snap, taken 2026-11-23T10:00:00Z, .* ago; cluster_id c-1/,
  );
  assert.match(said, /phases: find 0\.1 s/);
  assert.deepEqual(await receipts(), [
    '20261123T224254Z-vault_vault.completed.json',
    '20261123T224254Z-vault_vault.json',
  ]);
  const again = lines.length;
  await work({ health: [health(200, 'c-1')] });
  assert.equal(lines.length, again, 'the next start of the container has nothing to say');
  assert.ok((await readdir(attempt)).includes('completed-uploaded'));
});

test('RESTORED is not said of a server with another cluster_id', async () => {
  await restored('c-1');

  const said = await work({ health: [health(200, 'c-2')] });

  assert.match(said, /ERROR: NOT RESTORED: the server has the cluster_id c-2, the restored data had c-1/);
  assert.deepEqual(await receipts(), ['20261123T224254Z-vault_vault.json']);
});

test('with the keys of people the cluster_id of the manifest is what the server must show', async () => {
  await restored('', 'c-1');

  assert.match(await work({ health: [health(200, 'c-2')] }), /NOT RESTORED: .* cluster_id c-2, .* had c-1/);
  lines = [];
  assert.match(await work({ health: [health(200, 'c-1')] }), /: RESTORED prod .* cluster_id c-1/);
});

test('without a manifest the cluster_id is what the server says', async () => {
  await restored('');

  assert.match(await work({ health: [health(200, 'c-9')] }), /: RESTORED prod .* cluster_id c-9/);
});

test('RESTORED is not said of a server that answers a login attempt with 500', async () => {
  await restored('c-1');

  const said = await work({ health: [health(200, 'c-1')], tokenless: [500] });

  assert.match(said, /ERROR: NOT RESTORED: .* with 500 where a working one answers 403; look at its audit/);
  assert.doesNotMatch(said, /: RESTORED prod/);
});

test('a server that is unsealed but not active is waited for, with one warning where it lasts', async () => {
  await restored('c-1');

  const said = await work({
    health: [...Array.from({ length: 80 }, () => health(429, 'c-1')), health(200, 'c-1')],
  });

  assert.equal(said.match(/WARN: unsealed, but not active yet \(health 429\)/g)?.length, 1);
  assert.match(said, /: RESTORED prod/);
});

test('a state that lasts is said once', async () => {
  await work({ health: [...Array.from({ length: 20 }, () => health(503)), health(200, 'c')] });

  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /sealed: waits for people, 0 of 3 unseal shares given/);
});

test('a server that comes and goes while it is asked is asked again', async () => {
  await writeFile(
    join(folder, 'shares', 'a'),
    Array.from({ length: 3 }, () => randomBytes(33).toString('base64')).join('\n'),
  );
  const said = await work(
    {
      health: [health(503), AWAY, health(503), health(503), health(200, 'c')],
      seal: [AWAY, SEALED],
      unseal: [
        AWAY,
        { sealed: true, progress: 1 },
        { sealed: true, progress: 2 },
        { sealed: false, progress: 0 },
      ],
    },
    slice({ shares: join(folder, 'shares') }),
  );

  assert.match(said, /unsealed with the shares of a\n$/);
});

test('a failure that waiting cannot cure ends the work', async () => {
  const certificate = new LifeboatError('vault', 'its certificate is not accepted');

  await assert.rejects(work({ health: [certificate] }), { message: /certificate/ });
});

test('a server that steps down while it is asked for the last verdict is asked again', async () => {
  await restored('c-1');

  const said = await work({ health: [health(200, 'c-1')], tokenless: [AWAY, 503, 429, 403] });

  assert.match(said, /: RESTORED prod/);
});

test('a store that hangs keeps neither the unseal nor the verdict', { timeout: 20_000 }, async () => {
  await restored('c-1');
  let release = (): void => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const memory = createMemoryStore({ before: () => hanging });
  const server = { health: [health(503), health(200, 'c-1')], seal: [SEALED] };

  const working = work(server, slice(), { store: memory });
  while (!lines.some((line) => line.includes(': RESTORED prod'))) await delay(5);
  assert.equal(memory.objects.size, 0);
  release();
  await working;

  assert.equal(memory.objects.size, 2);
});

test('a store that is away is a warning: the verdict is given, and the next start uploads', async () => {
  await restored('c-1');
  await rm(store, { recursive: true });

  const said = await work({ health: [health(200, 'c-1')] });

  assert.equal(said.match(/WARN: the receipt is not in the store yet/g)?.length, 2);
  assert.match(said, /: RESTORED prod/);
  await mkdir(store);
  await chmod(store, 0o755);
  await work({ health: [health(200, 'c-1')] });
  assert.equal((await receipts()).length, 2);
  const completed = await readFile(
    join(store, 'prod', 'receipts', '20261123T224254Z-vault_vault.completed.json'),
    'utf8',
  );
  assert.equal((JSON.parse(completed) as Receipt).verdict, 'restored');
});
