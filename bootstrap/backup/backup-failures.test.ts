/** A failure at each step leaves the pointer and all earlier snapshots as they were. Vault is a stand-in here. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { manifestKey } from '../../contract/object-names.ts';
import { archiveOf, goodArchive, goodMembers } from '../../test/snapshot/build-archive.ts';
import { BackupScene, EARLIER } from '../../test/vault/backup-scene.ts';
import type { SnapshotGiven } from '../../test/vault/backup-stand-in.ts';
import { readPointer } from '../read-object.ts';
import type { StoreOperation } from '../store/memory.ts';

let scene: BackupScene;
beforeEach(async () => {
  scene = await BackupScene.create();
});
afterEach(() => scene.remove());

const { meta, state, sums } = goodMembers();
const good = await goodArchive();
const unsealed = await archiveOf([meta, state, sums]);
const BAD: Readonly<Record<string, SnapshotGiven>> = {
  'an archive without its sealed sums': unsealed,
  'an archive that is cut': good.subarray(0, good.length - 40),
  'a page of a proxy': Buffer.from('<html>'.repeat(50)),
  nothing: Buffer.alloc(0),
  'a connection that breaks in the middle': { cutAfter: good.subarray(0, good.length - 40) },
  'a connection that breaks at once': { cutAfter: good.subarray(0, 3) },
  'a server in trouble': { status: 500, json: { errors: ['no leader'] } },
};

for (const [name, given] of Object.entries(BAD)) {
  test(`${name} in place of a snapshot: the next try logs in anew and succeeds`, async () => {
    await scene.earlier();
    scene.vault.snapshots.push(given);

    const result = await scene.run();

    assert.equal((await readPointer(scene.store))?.key, result.key);
    assert.equal(scene.vault.calls().filter((call) => call === 'POST auth/k/login').length, 2);
    assert.match(scene.lines.join(''), /WARN: try 1 of 4 failed: .*; the pointer was not touched/);
  });

  test(`${name} in place of every snapshot: nothing is published, all stays`, async () => {
    const before = await scene.earlier();
    scene.vault.snapshots.push(given, given, given, given, given);

    const error = await scene.failure();

    assert.ok(['integrity', 'vault'].includes(error.exit), error.exit);
    assert.equal(scene.vault.calls().filter((call) => call.includes('snapshot')).length, 4);
    scene.requireUnpublished(before);
  });
}

test('a denial is not tried again', async () => {
  const before = await scene.earlier();
  for (const call of ['POST /v1/auth/k/login', 'GET /v1/sys/storage/raft/snapshot']) {
    scene.vault.instead.set(call, { status: 403, json: { errors: ['permission denied'] } });
    assert.equal((await scene.failure()).exit, 'vault');
    assert.equal(
      scene.vault.calls().filter((one) => `${one.split(' ')[0]} /v1/${one.split(' ')[1]}` === call).length,
      1,
    );
    scene.vault.instead.clear();
  }
  scene.requireUnpublished(before);
});

test('a Vault that is sealed has nothing to back up', async () => {
  const before = await scene.earlier();
  scene.vault.instead.set('GET /v1/sys/health', {
    status: 503,
    json: { initialized: true, sealed: true, version: '1' },
  });

  assert.match((await scene.failure()).message, /is sealed; there is nothing to back up/);
  scene.requireUnpublished(before);
});

/** Each of the store's operations of one backup fails once, and for ever. */
const STEPS: readonly (readonly [StoreOperation, RegExp, string])[] = [
  ['read', /^latest/, 'reading the pointer'],
  ['create', /\.snap$/, 'the upload'],
  ['read', /\.snap$/, 'the read back'],
  ['create', /manifest\.json$/, 'the manifest'],
  ['replace', /^latest/, 'the pointer'],
];

for (const [operation, pattern, name] of STEPS) {
  test(`${name} fails for good: the pointer and all earlier snapshots are as they were`, async () => {
    const before = await scene.earlier();
    scene.faults.before = (at, key) => {
      if (at === operation && pattern.test(key)) throw new LifeboatError('store', 'denied');
    };

    assert.equal((await scene.failure()).message, 'denied');

    scene.requireUntouched(before);
    assert.equal(scene.vault.calls().filter((call) => call.includes('login')).length, 1);
  });

  test(`${name} fails once: another try, with another login, succeeds`, async () => {
    const before = await scene.earlier();
    let failed = false;
    scene.faults.before = (at, key) => {
      if (failed || at !== operation || !pattern.test(key)) return;
      failed = true;
      throw new LifeboatError('store', 'away', { retryable: true });
    };

    const result = await scene.run();

    assert.equal((await readPointer(scene.store))?.key, result.key);
    assert.equal(scene.vault.calls().filter((call) => call.includes('login')).length, 2);
    for (const key of [EARLIER, manifestKey(EARLIER)])
      assert.equal(scene.store.objects.get(key), before.get(key));
  });
}

test('a store that gives back other bytes than it took is never pointed to, and the bad archive is removed', async () => {
  const before = await scene.earlier();
  scene.faults.onRead = (key, bytes) => (key.endsWith('.snap') ? Buffer.from(bytes).fill(0, 0, 1) : bytes);

  const error = await scene.failure();

  assert.equal(error.exit, 'integrity');
  assert.match(error.message, /came back from memory:\/\//);
  scene.requireUnpublished(before);
});

test('a prune that fails is a warning: the backup stands', async () => {
  await scene.earlier();
  scene.faults.before = (operation) => {
    if (operation === 'list') throw new LifeboatError('store', 'listing is denied');
  };

  const result = await scene.run();

  assert.equal((await readPointer(scene.store))?.key, result.key);
  assert.match(scene.lines.join(''), /WARN: old snapshots were not removed: listing is denied/);
});

test('a backup that is cancelled stops at once, with the reason, and leaves all as it was', async () => {
  const before = await scene.earlier();
  const stop = new AbortController();
  const reason = new LifeboatError('terminated', 'stopped by SIGTERM');
  scene.vault.snapshots.push((to) => {
    to.writeHead(200).write(good.subarray(0, 100), () => setImmediate(() => stop.abort(reason)));
  });

  await scene.failure({ signal: stop.signal });

  assert.equal(scene.vault.calls().filter((call) => call.includes('snapshot')).length, 1);
  scene.requireUnpublished(before);
});
