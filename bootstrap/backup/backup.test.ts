/** Over the memory store, with a stand-in for Vault on loopback; real servers and stores are in test/backup. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { inspect } from 'node:util';
import { LifeboatError } from '../../contract/errors.ts';
import type { Pointer } from '../../contract/manifest.ts';
import { manifestKey, POINTER, snapshotKey } from '../../contract/object-names.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { archiveOf, goodArchive, goodMembers, sha256 } from '../../test/snapshot/build-archive.ts';
import {
  type BackupStandIn,
  type SnapshotGiven,
  startBackupStandIn,
} from '../../test/vault/backup-stand-in.ts';
import { createLog } from '../log.ts';
import { readManifest, readPointer } from '../read-object.ts';
import {
  createMemoryStore,
  type MemoryFaults,
  type MemoryStore,
  type StoreOperation,
} from '../store/memory.ts';
import { type BackupOptions, type BackupResult, backup } from './backup.ts';

const folder = await mkdtemp(join(tmpdir(), 'backup-'));
after(() => rm(folder, { recursive: true }));
await writeFile(join(folder, 'token'), 'the-jwt');

let vault: BackupStandIn;
let peer: BackupStandIn;
let faults: MemoryFaults;
let store: MemoryStore;
let lines: string[];

/** An earlier backup, which must stay as it is. */
const EARLIER = snapshotKey(new Date('2026-01-01T00:00:00Z'), 7);

beforeEach(async () => {
  vault = await startBackupStandIn();
  peer = await startBackupStandIn();
  faults = {};
  lines = [];
  store = createMemoryStore({
    before: (operation, key) => faults.before?.(operation, key),
    beforeVisible: (key, bytes) => faults.beforeVisible?.(key, bytes),
    onRead: (key, bytes) => faults.onRead?.(key, bytes) ?? bytes,
  });
});
afterEach(async () => {
  await vault.stop();
  await peer.stop();
});

function slice(): BackupSlice {
  return {
    version: 1,
    name: 'prod',
    installation: 'vault/vault',
    store: { directory: { path: '/nowhere' } },
    vault: { product: 'vault', address: vault.address, peers: [vault.address, peer.address] },
    auth: { kubernetes: { mount: 'k', role: 'backup', tokenFile: join(folder, 'token') } },
    retention: { keepLast: 2 },
    timeoutSeconds: 60,
    log: 'text',
  };
}

function run(more: Partial<BackupOptions> = {}): Promise<BackupResult> {
  const log = createLog({ format: 'text', part: 'backup', write: (line) => lines.push(line) });
  return backup({ slice: slice(), store, log, firstWait: 1, ...more });
}

/** The store after an earlier backup of `clusterId`. */
async function earlier(clusterId = 'ours'): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await goodArchive();
  const pointer: Pointer = {
    version: 1,
    key: EARLIER,
    sha256: sha256(archive),
    clusterId,
    taken: '2026-01-01T00:00:00Z',
  };
  store.objects.set(EARLIER, archive);
  store.objects.set(manifestKey(EARLIER), Buffer.from('{"of": "the earlier one"}'));
  store.objects.set(POINTER, Buffer.from(JSON.stringify(pointer)));
  return new Map(store.objects);
}

function requireUntouched(before: ReadonlyMap<string, Buffer>): void {
  for (const [key, bytes] of before) assert.equal(store.objects.get(key), bytes, `${key} changed`);
}

/** Nothing but whole archives, and no pointer or manifest, came to what was there. */
function requireUnpublished(before: ReadonlyMap<string, Buffer>): void {
  requireUntouched(before);
  const names = [...store.objects.keys()].filter((key) => !before.has(key));
  assert.deepEqual(names, []);
}

async function failure(work: Promise<unknown>): Promise<LifeboatError> {
  const error: unknown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  const printed = `${inspect(error, { depth: 99, showHidden: true })}${lines.join('')}`;
  assert.doesNotMatch(printed, /the-jwt|hvs\.login/);
  assert.ok(error instanceof LifeboatError, printed);
  return error;
}

test('a backup is stored, read back, described, and named by the pointer last', async () => {
  const result = await run();

  const manifest = await readManifest(store, manifestKey(result.key));
  assert.deepEqual(manifest, result.manifest);
  const archive = store.objects.get(result.key) ?? Buffer.alloc(0);
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
  assert.deepEqual(await readPointer(store), {
    version: 1,
    key: result.key,
    sha256: sha256(archive),
    clusterId: 'ours',
    taken: manifest.taken.started,
  });
  const order = store.calls.filter((call) => !call.startsWith('list') && !call.endsWith(POINTER));
  assert.deepEqual(order.slice(0, 3), [
    `create ${result.key}`,
    `read ${result.key}`,
    `create ${manifestKey(result.key)}`,
  ]);
  assert.ok(
    store.calls.indexOf(`replace ${POINTER}`) > store.calls.indexOf(`create ${manifestKey(result.key)}`),
  );
  assert.ok(vault.calls().includes('POST auth/token/revoke-self'));
});

test('another Vault than the pointer names is refused before a snapshot is asked for', async () => {
  const before = await earlier('lost');

  const error = await failure(run());

  assert.equal(error.exitCode, 11);
  assert.match(error.hint ?? '', /--take-over lost/);
  assert.ok(!vault.calls().some((call) => call.includes('snapshot')));
  requireUnpublished(before);
});

test('with the word of a person the pointer moves, and all of the other Vault stays', async () => {
  const before = await earlier('lost');

  const result = await run({ takeOver: 'lost' });

  assert.equal((await readPointer(store))?.clusterId, 'ours');
  for (const key of [EARLIER, manifestKey(EARLIER)]) assert.equal(store.objects.get(key), before.get(key));
  assert.deepEqual(result.pruned, []);
  assert.match(lines.join(''), /WARN: taking the place of cluster_id lost/);
});

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
    await earlier();
    vault.snapshots.push(given);

    const result = await run();

    assert.equal((await readPointer(store))?.key, result.key);
    assert.equal(vault.calls().filter((call) => call === 'POST auth/k/login').length, 2);
    assert.match(lines.join(''), /WARN: try 1 of 4 failed: .*; the pointer was not touched/);
  });

  test(`${name} in place of every snapshot: nothing is published, all stays`, async () => {
    const before = await earlier();
    vault.snapshots.push(given, given, given, given, given);

    const error = await failure(run());

    assert.ok(['integrity', 'vault'].includes(error.exit), error.exit);
    assert.equal(vault.calls().filter((call) => call.includes('snapshot')).length, 4);
    requireUnpublished(before);
  });
}

test('a denial is not tried again', async () => {
  const before = await earlier();
  for (const call of ['POST /v1/auth/k/login', 'GET /v1/sys/storage/raft/snapshot']) {
    vault.instead.set(call, { status: 403, json: { errors: ['permission denied'] } });
    assert.equal((await failure(run())).exit, 'vault');
    assert.equal(
      vault.calls().filter((one) => `${one.split(' ')[0]} /v1/${one.split(' ')[1]}` === call).length,
      1,
    );
    vault.instead.clear();
  }
  requireUnpublished(before);
});

test('a Vault that is sealed has nothing to back up', async () => {
  const before = await earlier();
  vault.instead.set('GET /v1/sys/health', {
    status: 503,
    json: { initialized: true, sealed: true, version: '1' },
  });

  assert.match((await failure(run())).message, /is sealed; there is nothing to back up/);
  requireUnpublished(before);
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
    const before = await earlier();
    faults.before = (at, key) => {
      if (at === operation && pattern.test(key)) throw new LifeboatError('store', 'denied');
    };

    assert.equal((await failure(run())).message, 'denied');

    requireUntouched(before);
    assert.equal(vault.calls().filter((call) => call.includes('login')).length, 1);
  });

  test(`${name} fails once: another try, with another login, succeeds`, async () => {
    const before = await earlier();
    let failed = false;
    faults.before = (at, key) => {
      if (failed || at !== operation || !pattern.test(key)) return;
      failed = true;
      throw new LifeboatError('store', 'away', { retryable: true });
    };

    const result = await run();

    assert.equal((await readPointer(store))?.key, result.key);
    assert.equal(vault.calls().filter((call) => call.includes('login')).length, 2);
    for (const key of [EARLIER, manifestKey(EARLIER)]) assert.equal(store.objects.get(key), before.get(key));
  });
}

test('a store that gives back other bytes than it took is never pointed to, and the bad archive is removed', async () => {
  const before = await earlier();
  faults.onRead = (key, bytes) => (key.endsWith('.snap') ? Buffer.from(bytes).fill(0, 0, 1) : bytes);

  const error = await failure(run());

  assert.equal(error.exit, 'integrity');
  assert.match(error.message, /came back from memory:\/\//);
  requireUnpublished(before);
});

test('a prune that fails is a warning: the backup stands', async () => {
  await earlier();
  faults.before = (operation) => {
    if (operation === 'list') throw new LifeboatError('store', 'listing is denied');
  };

  const result = await run();

  assert.equal((await readPointer(store))?.key, result.key);
  assert.match(lines.join(''), /WARN: old snapshots were not removed: listing is denied/);
});

const redirect =
  (to: string): SnapshotGiven =>
  (response) =>
    void response.writeHead(307, { location: `${to}/v1/sys/storage/raft/snapshot` }).end();

test('a redirect leads to a known peer, with a login there, and what the active server says of its seal is noted', async () => {
  vault.snapshots.push(redirect(peer.address));
  peer.seal = { t: 2, n: 4 };

  const { manifest } = await run();

  assert.deepEqual([manifest.seal.threshold, manifest.seal.shares], [2, 4]);
  assert.ok(peer.calls().includes('POST auth/k/login'));
  assert.ok(!JSON.stringify(peer.asked).includes('hvs.login-2'));
});

test('a peer of another Vault is refused as if it had been asked at first', async () => {
  const before = await earlier();
  vault.snapshots.push(redirect(peer.address));
  peer.clusterId = 'another';

  assert.equal((await failure(run())).exit, 'refused');
  requireUnpublished(before);
});

test('a redirect to a stranger takes no token there', async () => {
  const before = await earlier();
  const stranger = await startBackupStandIn();
  vault.snapshots.push(
    ...Array.from({ length: 4 }, () => redirect(stranger.address.replace('127.0.0.1', '127.0.0.2'))),
  );

  assert.match((await failure(run())).message, /which is none of the servers of this Vault/);

  assert.deepEqual(stranger.asked, []);
  requireUnpublished(before);
  await stranger.stop();
});

test('servers that redirect to each other are given up', async () => {
  for (let i = 0; i < 20; i++) {
    vault.snapshots.push(redirect(peer.address));
    peer.snapshots.push(redirect(vault.address));
  }

  assert.match((await failure(run())).message, /redirect to each other/);
});

test('a backup that is cancelled stops at once, with the reason, and leaves all as it was', async () => {
  const before = await earlier();
  const stop = new AbortController();
  const reason = new LifeboatError('terminated', 'stopped by SIGTERM');
  vault.snapshots.push((to) => {
    to.writeHead(200).write(good.subarray(0, 100), () => setImmediate(() => stop.abort(reason)));
  });

  await failure(run({ signal: stop.signal }));

  assert.equal(vault.calls().filter((call) => call.includes('snapshot')).length, 1);
  requireUnpublished(before);
});
