import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import { validateReceipt } from '../../generated/validators.js';
import { createMemoryStore } from '../store/memory.ts';
import { COMPLETED_MARK, RECEIPT_MARK, uploadReceipt } from './receipts.ts';

let attempt: string;
beforeEach(async () => {
  attempt = await mkdtemp(join(tmpdir(), 'receipts-'));
});
afterEach(() => rm(attempt, { recursive: true }));

const PLAIN = 'receipts/20261123T224254Z-vault_prod.json';
const COMPLETED = 'receipts/20261123T224254Z-vault_prod.completed.json';
const RECEIPT: Receipt = {
  version: 1,
  name: 'prod',
  snapshot: { key: 'snapshots/a.snap', sha256: '0'.repeat(64) },
  clusterId: 'c',
  restored: '2026-11-23T22:42:54.123Z',
  phases: [{ phase: 'find', seconds: 0.1 }],
  verdict: 'restored-sealed',
  installation: 'vault/prod',
  tool: { version: 'test' },
};

test('the two receipts of a restore are two objects, each uploaded once', async () => {
  const store = createMemoryStore();

  for (let start = 0; start < 3; start++) {
    await uploadReceipt(store, attempt, RECEIPT_MARK, RECEIPT);
    await uploadReceipt(store, attempt, COMPLETED_MARK, { ...RECEIPT, verdict: 'restored' });
  }

  assert.deepEqual([...store.objects.keys()].sort(), [COMPLETED, PLAIN]);
  assert.deepEqual(JSON.parse(String(store.objects.get(PLAIN))), RECEIPT);
  assert.ok(validateReceipt(JSON.parse(String(store.objects.get(COMPLETED)))));
  assert.deepEqual([...store.calls], [`create ${PLAIN}`, `create ${COMPLETED}`]);
  assert.equal(await readFile(join(attempt, RECEIPT_MARK), 'utf8'), `${PLAIN}\n`);
});

test('a receipt that could not be uploaded is tried again at the next start', async () => {
  let down = true;
  const store = createMemoryStore({
    before: () => {
      if (down) throw new LifeboatError('store', 'the store is away', { retryable: true });
    },
  });

  await assert.rejects(uploadReceipt(store, attempt, RECEIPT_MARK, RECEIPT), { exit: 'store' });
  assert.deepEqual(await readdir(attempt), []);
  down = false;
  await uploadReceipt(store, attempt, RECEIPT_MARK, RECEIPT);

  assert.deepEqual([...store.objects.keys()], [PLAIN]);
});

test('a receipt whose mark was lost is not written twice, nor is the other one taken for it', async () => {
  const store = createMemoryStore();
  await uploadReceipt(store, attempt, COMPLETED_MARK, RECEIPT);
  await uploadReceipt(store, attempt, RECEIPT_MARK, RECEIPT);
  const before = store.objects.get(PLAIN);
  await rm(join(attempt, RECEIPT_MARK));

  await uploadReceipt(store, attempt, RECEIPT_MARK, { ...RECEIPT, name: 'changed' });

  assert.equal(store.objects.get(PLAIN), before);
  assert.deepEqual((await readdir(attempt)).sort(), [COMPLETED_MARK, RECEIPT_MARK]);
});

test('a denial is not taken for a receipt that is there', async () => {
  const store = createMemoryStore({
    before: (operation) => {
      if (operation === 'create') throw new LifeboatError('store', 'denied');
    },
  });

  await assert.rejects(uploadReceipt(store, attempt, RECEIPT_MARK, RECEIPT), { message: 'denied' });
  assert.deepEqual(await readdir(attempt), []);
});
