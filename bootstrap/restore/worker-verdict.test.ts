/** The last verdict and the receipts. The server here is a fake client with a script of answers. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Receipt } from '../../contract/manifest.ts';
import { AWAY, health, type ScriptedWorker, scriptedWorker } from '../../test/restore/scripted-worker.ts';
import { createMemoryStore } from '../store/memory.ts';

let worker: ScriptedWorker;
beforeEach(async () => {
  worker = await scriptedWorker();
});
afterEach(() => worker.remove());

test('after a restore the last verdict is given by the real server, and both receipts are uploaded', async () => {
  const attempt = await worker.restored('c-1');

  const said = await worker.work({ health: [AWAY, health(503), health(429, 'c-1'), health(200, 'c-1')] });

  assert.match(
    said,
    /RESTORED prod from snapshots\/a\.snap, taken 2026-11-23T10:00:00Z, .* ago; cluster_id c-1/,
  );
  assert.match(said, /phases: find 0\.1 s/);
  assert.deepEqual(await worker.receipts(), [
    '20261123T224254Z-vault_vault.completed.json',
    '20261123T224254Z-vault_vault.json',
  ]);
  const again = worker.lines.length;
  await worker.work({ health: [health(200, 'c-1')] });
  assert.equal(worker.lines.length, again, 'the next start of the container has nothing to say');
  assert.ok((await readdir(attempt)).includes('completed-uploaded'));
});

test('RESTORED is not said of a server with another cluster_id', async () => {
  await worker.restored('c-1');

  const said = await worker.work({ health: [health(200, 'c-2')] });

  assert.match(said, /ERROR: NOT RESTORED: the server has the cluster_id c-2, the restored data had c-1/);
  assert.deepEqual(await worker.receipts(), ['20261123T224254Z-vault_vault.json']);
});

test('with the keys of people the cluster_id of the manifest is what the server must show', async () => {
  await worker.restored('', 'c-1');

  assert.match(
    await worker.work({ health: [health(200, 'c-2')] }),
    /NOT RESTORED: .* cluster_id c-2, .* had c-1/,
  );
  worker.lines.length = 0;
  assert.match(await worker.work({ health: [health(200, 'c-1')] }), /: RESTORED prod .* cluster_id c-1/);
});

test('without a manifest the cluster_id is what the server says', async () => {
  await worker.restored('');

  assert.match(await worker.work({ health: [health(200, 'c-9')] }), /: RESTORED prod .* cluster_id c-9/);
});

test('RESTORED is not said of a server that answers a login attempt with 500', async () => {
  await worker.restored('c-1');

  const said = await worker.work({ health: [health(200, 'c-1')], tokenless: [500] });

  assert.match(said, /ERROR: NOT RESTORED: .* with 500 where a working one answers 403; look at its audit/);
  assert.doesNotMatch(said, /: RESTORED prod/);
});

test('a server that is unsealed but not active is waited for, with one warning where it lasts', async () => {
  await worker.restored('c-1');

  const said = await worker.work({
    health: [...Array.from({ length: 80 }, () => health(429, 'c-1')), health(200, 'c-1')],
  });

  assert.equal(said.match(/WARN: unsealed, but not active yet \(health 429\)/g)?.length, 1);
  assert.match(said, /: RESTORED prod/);
});

test('a server that steps down while it is asked for the last verdict is asked again', async () => {
  await worker.restored('c-1');

  const said = await worker.work({ health: [health(200, 'c-1')], tokenless: [AWAY, 503, 429, 403] });

  assert.match(said, /: RESTORED prod/);
});

test('a store that hangs keeps neither the unseal nor the verdict', { timeout: 20_000 }, async () => {
  await worker.restored('c-1');
  let release = (): void => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const memory = createMemoryStore({ before: () => hanging });
  const server = { health: [health(503), health(200, 'c-1')] };

  const working = worker.work(server, { store: memory });
  while (!worker.lines.some((line) => line.includes(': RESTORED prod'))) await delay(5);
  assert.equal(memory.objects.size, 0);
  release();
  await working;

  assert.equal(memory.objects.size, 2);
});

test('a store that is away is a warning: the verdict is given, and the next start uploads', async () => {
  await worker.restored('c-1');
  await rm(worker.store, { recursive: true });

  const said = await worker.work({ health: [health(200, 'c-1')] });

  assert.equal(said.match(/WARN: the receipt is not in the store yet/g)?.length, 2);
  assert.match(said, /: RESTORED prod/);
  await mkdir(worker.store);
  await worker.work({ health: [health(200, 'c-1')] });
  assert.equal((await worker.receipts()).length, 2);
  const completed = await readFile(
    join(worker.store, 'prod', 'receipts', '20261123T224254Z-vault_vault.completed.json'),
    'utf8',
  );
  assert.equal((JSON.parse(completed) as Receipt).verdict, 'restored');
});
