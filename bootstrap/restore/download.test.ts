import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { manifestKey, snapshotKey } from '../../contract/object-names.ts';
import { goodArchive, sha256 } from '../../test/snapshot/build-archive.ts';
import { createLog } from '../log.ts';
import type { Candidate } from '../snapshot/choose.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory.ts';
import { download, downloadFolder, verifyDownloaded } from './download.ts';

const KEY = snapshotKey(new Date('2026-11-23T22:42:54Z'), 42);
const archive = await goodArchive();

let data: string;
let store: MemoryStore;
let warnings: string[];
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'download-'));
  store = createMemoryStore();
  warnings = [];
  store.objects.set(KEY, archive);
});
afterEach(() => rm(data, { recursive: true }));

const manifest = (more: Partial<Manifest> = {}): Manifest => ({
  version: 1,
  name: 'prod',
  key: KEY,
  archive: { size: archive.length, sha256: sha256(archive) },
  state: { size: 1500, sha256: '0'.repeat(64) },
  raft: { index: 42, term: 3 },
  server: { product: 'vault', version: '1.21.1' },
  cluster: { id: 'c-1', name: 'n' },
  seal: { type: 'shamir', keyId: '', shares: 5, threshold: 3 },
  taken: { started: '2026-11-23T22:42:54Z', finished: '2026-11-23T22:42:55Z', seconds: 1 },
  tool: { version: 'test' },
  ...more,
});

const put = (written: Manifest) => store.objects.set(manifestKey(KEY), Buffer.from(JSON.stringify(written)));

function get(more: Partial<Candidate> = {}) {
  const log = createLog({ format: 'text', part: 'test', write: (line) => warnings.push(line) });
  const candidate = { key: KEY, manifest: undefined, sha256: undefined, clusterId: undefined, ...more };
  return download(store, candidate, data, log);
}

const left = () => readdir(downloadFolder(data)).catch((): string[] => []);

test('a whole snapshot stands on the volume, verified, for nobody else to read', async () => {
  put(manifest());

  const got = await get({ manifest: manifestKey(KEY), sha256: sha256(archive), clusterId: 'c-1' });

  assert.deepEqual(await readFile(got.file), archive);
  assert.equal((await stat(got.file)).mode & 0o777, 0o600);
  assert.equal(got.facts.archive.sha256, sha256(archive));
  assert.deepEqual(got.manifest, manifest());
  assert.deepEqual(warnings, []);
  assert.deepEqual(await left(), ['snapshot.snap']);
  assert.equal((await verifyDownloaded(got.file, sha256(archive))).meta.index, 42);
});

test('without a manifest the log says what could not be checked', async () => {
  await get();

  assert.match(warnings.join(''), /WARN: .* has no manifest: its cluster_id, age, server version/);
});

test('a damaged or cut archive is refused by its name, and nothing of it stays', async () => {
  for (const bytes of [archive.subarray(0, -9), Buffer.from('<html>'), Buffer.alloc(0)]) {
    store.objects.set(KEY, bytes);
    await assert.rejects(get(), { exit: 'integrity', message: new RegExp(`^${KEY} is damaged: `) });
    assert.deepEqual(await left(), []);
  }
});

test('an archive that is whole, but not the one that pointer or manifest name, is refused', async () => {
  const other = 'f'.repeat(64);
  await assert.rejects(get({ sha256: other }), { exit: 'integrity', message: /not what latest\.json names/ });
  for (const wrong of [
    { size: archive.length, sha256: other },
    { size: 1, sha256: sha256(archive) },
  ]) {
    put(manifest({ archive: wrong }));
    await assert.rejects(get({ manifest: manifestKey(KEY) }), {
      exit: 'integrity',
      message: /its manifest names/,
    });
  }
  assert.ok(!(await left()).includes('snapshot.snap'), 'what was refused must not be taken by a later start');
});

test('a manifest of another snapshot, or of another Vault than the pointer, is refused before any byte', async () => {
  put(manifest({ key: 'snapshots/20260101T000000Z-1.snap' }));
  await assert.rejects(get({ manifest: manifestKey(KEY) }), {
    exit: 'integrity',
    message: /speaks of snapshots/,
  });
  put(manifest());
  await assert.rejects(get({ manifest: manifestKey(KEY), clusterId: 'c-2' }), {
    exit: 'integrity',
    message: /belongs to the cluster_id c-1, latest\.json names c-2/,
  });
  assert.ok(!store.calls.includes(`read ${KEY}`));
});

test('a volume without room is refused before the download, with both figures', async () => {
  put(manifest({ state: { size: 2 ** 50, sha256: '0'.repeat(64) } }));

  await assert.rejects(get({ manifest: manifestKey(KEY) }), {
    exit: 'refused',
    message: /not enough room .*: \d+ MiB are free, 2147483713 MiB are needed/,
    hint: /server\.dataStorage\.size/,
  });
  assert.ok(!store.calls.includes(`read ${KEY}`));
});

test("a store's own failure comes through as it is, and nothing half stays", async () => {
  store = createMemoryStore({
    before: (_operation, key) => {
      if (key === KEY) throw new LifeboatError('store', 'the store is away');
    },
  });

  await assert.rejects(get(), { exit: 'store', message: 'the store is away' });
  assert.deepEqual(await left(), []);
});

test('a later download replaces an earlier one', async () => {
  await get();
  const second = await goodArchive({ state: Buffer.from('another state') });
  store.objects.set(KEY, second);

  assert.deepEqual(await readFile((await get()).file), second);
});

test('a file that changed since it was downloaded is not restored', async () => {
  const { file } = await get();

  await assert.rejects(verifyDownloaded(file, '0'.repeat(64)), {
    exit: 'integrity',
    message: /changed since/,
    hint: /delete the pod/,
  });
  await appendFile(file, 'x');
  await assert.rejects(verifyDownloaded(file, sha256(archive)), { exit: 'integrity' });
  await rm(file);
  await assert.rejects(verifyDownloaded(file, sha256(archive)), {
    exit: 'integrity',
    message: /is gone/,
    hint: /delete the pod/,
  });
});
