/** Over the memory store, with stand-ins for Vault on loopback; real servers and stores are in test/backup. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { manifestKey, POINTER } from '../../contract/object-names.ts';
import { sha256 } from '../../test/snapshot/build-archive.ts';
import { BackupScene, EARLIER } from '../../test/vault/backup-scene.ts';
import { type SnapshotGiven, startBackupStandIn } from '../../test/vault/backup-stand-in.ts';
import { readManifest, readPointer } from '../read-object.ts';

let scene: BackupScene;
beforeEach(async () => {
  scene = await BackupScene.create();
});
afterEach(() => scene.remove());

test('a backup is stored, read back, described, and named by the pointer last', async () => {
  const result = await scene.run();

  const manifest = await readManifest(scene.store, manifestKey(result.key));
  assert.deepEqual(manifest, result.manifest);
  const archive = scene.store.objects.get(result.key) ?? Buffer.alloc(0);
  assert.deepEqual(manifest.archive, { size: archive.length, sha256: sha256(archive) });
  assert.deepEqual(
    [manifest.cluster, manifest.seal, manifest.raft.index, manifest.server, manifest.audit],
    [
      { id: 'ours', name: 'n' },
      { type: 'shamir', keyId: '', shares: 5, threshold: 3 },
      101,
      { product: 'vault', version: '1.21.1' },
      [{ path: 'file/', type: 'file', filePath: 'stdout' }],
    ],
  );
  assert.deepEqual(await readPointer(scene.store), {
    version: 1,
    key: result.key,
    sha256: sha256(archive),
    clusterId: 'ours',
    taken: manifest.taken.started,
  });
  const order = scene.store.calls.filter((call) => !call.startsWith('list') && !call.endsWith(POINTER));
  assert.deepEqual(order.slice(0, 3), [
    `create ${result.key}`,
    `read ${result.key}`,
    `create ${manifestKey(result.key)}`,
  ]);
  assert.ok(
    scene.store.calls.indexOf(`create ${POINTER}`) >
      scene.store.calls.indexOf(`create ${manifestKey(result.key)}`),
  );
  assert.ok(scene.vault.calls().includes('POST auth/token/revoke-self'));
});

test('another Vault than the pointer names is refused before a snapshot is asked for', async () => {
  const before = await scene.earlier('lost');

  const error = await scene.failure();

  assert.equal(error.exitCode, 11);
  assert.match(error.hint ?? '', /--take-over lost/);
  assert.ok(!scene.vault.calls().some((call) => call.includes('snapshot')));
  scene.requireUnpublished(before);
});

test('with the word of a person the pointer moves, and all of the other Vault stays', async () => {
  const before = await scene.earlier('lost');

  const result = await scene.run({ takeOver: 'lost' });

  assert.equal((await readPointer(scene.store))?.clusterId, 'ours');
  for (const key of [EARLIER, manifestKey(EARLIER)])
    assert.equal(scene.store.objects.get(key), before.get(key));
  assert.deepEqual(result.pruned, []);
  assert.match(scene.lines.join(''), /WARN: taking the place of cluster_id lost/);
});

const redirect =
  (to: string): SnapshotGiven =>
  (response) =>
    void response.writeHead(307, { location: `${to}/v1/sys/storage/raft/snapshot` }).end();

test('a redirect leads to a known peer, with a login there, and what the active server says of its seal is noted', async () => {
  scene.vault.snapshots.push(redirect(scene.peer.address));
  scene.peer.seal = { t: 2, n: 4 };

  const { manifest } = await scene.run();

  assert.deepEqual([manifest.seal.threshold, manifest.seal.shares], [2, 4]);
  assert.ok(scene.peer.calls().includes('POST auth/k/login'));
  assert.ok(!JSON.stringify(scene.peer.asked).includes('hvs.login-2'));
});

test('a peer of another Vault is refused as if it had been asked at first', async () => {
  const before = await scene.earlier();
  scene.vault.snapshots.push(redirect(scene.peer.address));
  scene.peer.clusterId = 'another';

  assert.equal((await scene.failure()).exit, 'refused');
  scene.requireUnpublished(before);
});

test('a redirect to a stranger takes no token there', async () => {
  const before = await scene.earlier();
  const stranger = await startBackupStandIn();
  scene.vault.snapshots.push(
    ...Array.from({ length: 4 }, () => redirect(stranger.address.replace('127.0.0.1', '127.0.0.2'))),
  );

  assert.match((await scene.failure()).message, /which is none of the servers of this Vault/);

  assert.deepEqual(stranger.asked, []);
  scene.requireUnpublished(before);
  await stranger.stop();
});

test('servers that redirect to each other are given up', async () => {
  for (let i = 0; i < 20; i++) {
    scene.vault.snapshots.push(redirect(scene.peer.address));
    scene.peer.snapshots.push(redirect(scene.vault.address));
  }

  assert.match((await scene.failure()).message, /redirect to each other/);
});
