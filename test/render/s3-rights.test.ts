/**
 * The rendered policies of the bucket on a real engine, both ways: enough for every call of a backup and of a restore,
 * and no for everything else. The neighbour's name begins with ours.
 */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createS3Store } from '../../bootstrap/store/s3.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import { requireTool } from '../support/skip.ts';
import { startS3WithIam } from '../support/start-iam.ts';
import { fileOf, renderText } from './cases.ts';

const SNAPSHOT = 'snapshots/20261123T220000Z-12.snap';
const MANIFEST = `${SNAPSHOT}.manifest.json`;
const RECEIPT = 'receipts/20261123T220000Z-vault_vault.json';
/** Two parts of an upload and a little. */
const LARGE = 11 * 1024 * 1024;

const bytes = (size = 3) => Readable.from([Buffer.alloc(size, 1)]);
const replace = (store: SnapshotStore, key: string) => store.replace(key, Buffer.from('{}'));

async function textOf(store: SnapshotStore, key: string): Promise<number> {
  let size = 0;
  for await (const chunk of await store.read(key)) size += (chunk as Buffer).length;
  return size;
}

const denied = (call: Promise<unknown>, what: string) =>
  assert.rejects(call, /may not|denied|AccessDenied|403/i, `${what} was allowed`);

test('the policies allow the whole road of a backup and of a restore, and nothing else', async (t) => {
  if ((await requireTool(t, 'versitygw')) === undefined) return;
  const rendered = await renderText(
    `
version: 1
name: orders
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [my-values.yaml]}
store: {s3: {bucket: vaults, prefix: eu, secretRef: {name: s3}, restoreSecretRef: {name: s3-read}}}`,
    { 'my-values.yaml': 'server: {ha: {enabled: true, replicas: 1, raft: {enabled: true}}}' },
  );
  const s3 = await startS3WithIam('vaults');
  t.after(() => s3.stop());
  const storeOf = async (who: 'backup' | 'restore') => {
    const credentials = await s3.userWith(who, fileOf(rendered, `s3-policy-${who}.json`));
    const config = { bucket: 'vaults', prefix: 'eu', endpoint: s3.endpoint, credentials };
    const tuning = { maxAttempts: 1 };
    return {
      own: createS3Store(config, 'orders', tuning),
      neighbour: createS3Store(config, 'orders-2', tuning),
    };
  };
  const backup = await storeOf('backup');
  const restore = await storeOf('restore');
  for (const Key of ['eu/orders-2/latest.json', `eu/orders-2/${SNAPSHOT}`])
    await s3.admin.send(new PutObjectCommand({ Bucket: 'vaults', Key, Body: '{}' }));

  // A backup: nothing there yet, a snapshot in parts, read back, manifest, pointer twice, pruning.
  await assert.rejects(backup.own.read('latest.json'), /there is no object/);
  assert.deepEqual(await backup.own.list(''), []);
  await backup.own.create(SNAPSHOT, bytes(LARGE));
  assert.equal(await textOf(backup.own, SNAPSHOT), LARGE);
  await backup.own.create(MANIFEST, bytes());
  await backup.own.create('latest.json', bytes());
  await replace(backup.own, 'latest.json');
  await backup.own.create('snapshots/20261122T220000Z-9.snap', bytes());
  await backup.own.remove('snapshots/20261122T220000Z-9.snap');

  // A restore: list, pointer, manifest, snapshot, receipt.
  assert.equal((await restore.own.list('')).length, 3);
  for (const key of ['latest.json', MANIFEST, SNAPSHOT]) assert.ok((await textOf(restore.own, key)) > 0);
  await restore.own.create(RECEIPT, bytes());
  assert.equal((await restore.own.list('receipts/')).length, 1);

  // Uploads of a backup that was killed: found and undone where they are ours, by the backup alone.
  const upload = async (Key: string) =>
    s3.admin.send(new CreateMultipartUploadCommand({ Bucket: 'vaults', Key }));
  await upload(`eu/orders/${SNAPSHOT}`);
  await upload(`eu/orders-2/${SNAPSHOT}`);
  assert.equal(await backup.own.removeUnfinished(new Date(Date.now() - 60_000)), 0, 'one may be at work');
  assert.equal(await backup.own.removeUnfinished(new Date(Date.now() + 60_000)), 1);
  const left = await s3.admin.send(new ListMultipartUploadsCommand({ Bucket: 'vaults' }));
  assert.deepEqual(
    left.Uploads?.map(({ Key }) => Key),
    [`eu/orders-2/${SNAPSHOT}`],
  );
  await denied(restore.own.removeUnfinished(new Date()), 'restore: list uploads');

  // What `backup --check` asks: the right to write, with nothing left; whoever only reads has it not.
  await backup.own.probe('snapshots/probe');
  await denied(restore.own.probe('snapshots/probe'), 'restore: probe');
  assert.equal((await restore.own.list('')).length, 4);

  // The backup deletes nothing but snapshots and their manifests.
  for (const key of ['latest.json', RECEIPT]) await denied(backup.own.remove(key), `backup: remove ${key}`);
  // The server's pods write receipts alone, and delete nothing at all.
  for (const key of ['snapshots/20261124T220000Z-13.snap', 'latest.json.bak', 'x.json'])
    await denied(restore.own.create(key, bytes()), `restore: create ${key}`);
  await denied(restore.own.create('snapshots/20261124T220000Z-13.snap', bytes(LARGE)), 'restore: upload');
  await denied(replace(restore.own, 'latest.json'), 'restore: replace the pointer');
  for (const key of [SNAPSHOT, MANIFEST, 'latest.json', RECEIPT])
    await denied(restore.own.remove(key), `restore: remove ${key}`);
  // Neither sees or touches the neighbour.
  for (const [who, { neighbour }] of Object.entries({ backup, restore })) {
    await denied(neighbour.list(''), `${who}: list the neighbour`);
    await denied(textOf(neighbour, 'latest.json'), `${who}: read the neighbour`);
    await denied(neighbour.create(RECEIPT, bytes()), `${who}: write to the neighbour`);
    await denied(neighbour.remove(SNAPSHOT), `${who}: remove from the neighbour`);
  }
});
