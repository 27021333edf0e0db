import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Receipt } from '../../contract/manifest.ts';
import { manifestKey, POINTER } from '../../contract/object-names.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { loneSlice } from '../../test/restore/lone-slice.ts';
import { createLog } from '../log.ts';
import { openStore } from '../store/open-store.ts';
import { completeAttempt, createAttempt } from './attempt-life.ts';
import { withoutAttempt } from './final-renames.ts';
import { find, isStillChosen } from './find-snapshot.ts';
import { nextStep } from './phase.ts';

const OLD = 'snapshots/20260101T000000Z-1.snap';
const NEW = 'snapshots/20260102T000000Z-2.snap';
const lines: string[] = [];
const log = createLog({ format: 'text', part: 'test', write: (line) => lines.push(line) });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-'));
  for (const name of ['data', 'store']) await mkdir(join(folder, name));
  lines.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

function slice(restore: Partial<RestoreSlice['restore']> = {}): RestoreSlice {
  return loneSlice({ data: join(folder, 'data'), store: join(folder, 'store'), restore });
}

async function put(key: string, text = ''): Promise<void> {
  const path = join(folder, 'store', 'prod', key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function snapshots(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await put(key);
    await put(manifestKey(key));
  }
}

async function pointTo(key: string, sha256 = 'a'.repeat(64)): Promise<void> {
  const taken = '2026-01-01T00:00:00Z';
  await put(POINTER, JSON.stringify({ version: 1, key, sha256, clusterId: 'c', taken }));
}

async function provenFrom(key: string, sha256 = 'a'.repeat(64)): Promise<number> {
  const attempt = await createAttempt(join(folder, 'data'));
  await mkdir(join(attempt.data, 'raft'));
  await writeFile(join(attempt.data, 'vault.db'), 'core/keyring');
  const receipt: Receipt = {
    version: 1,
    name: 'prod',
    snapshot: { key, sha256 },
    clusterId: 'c',
    restored: '2026-01-01T00:00:00Z',
    phases: [],
    tool: { version: 'test' },
  };
  await completeAttempt(attempt, receipt);
  return attempt.number;
}

const looked = async (config: RestoreSlice) => find(config, await openStore(config.store, 'prod', log), log);

test('a store with nothing in it is empty', async () => {
  assert.deepEqual(await looked(slice()), []);
});

test('a store with anything in it is no first install, also where a damaged choice may be replaced', async () => {
  await pointTo(OLD);

  await assert.rejects(looked(slice()), { exit: 'integrity' });
  await assert.rejects(looked(slice({ whenDamaged: 'previous' })), {
    exit: 'noSnapshot',
    message: /latest\.json.*no first install/,
  });
  await rm(join(folder, 'store', 'prod', POINTER));
  await put('drills/1.json');
  await assert.rejects(looked(slice()), { exit: 'noSnapshot' });
});

test('a proven attempt counts while its snapshot is the one that would be taken now', async () => {
  await snapshots(OLD, NEW);
  await pointTo(NEW);
  const attempt = await provenFrom(NEW);

  assert.equal(await isStillChosen(slice(), attempt, log), true);
  assert.equal(await isStillChosen(slice({ snapshot: { key: NEW } }), attempt, log), true);
  assert.equal(await isStillChosen(slice({ snapshot: { key: OLD } }), attempt, log), false);
  const before = { snapshot: { before: '2026-01-01T12:00:00Z' } };
  assert.equal(await isStillChosen(slice(before), attempt, log), false);
  await pointTo(NEW, 'b'.repeat(64));
  assert.equal(await isStillChosen(slice(), attempt, log), false, 'the same name, other bytes');
});

test('where the store has none to give, the proven attempt is all there is; where it cannot be asked, it is waited for', async () => {
  const attempt = await provenFrom(OLD);

  assert.equal(await isStillChosen(slice(), attempt, log), true);
  assert.match(lines.join(''), /WARN: the store holds no snapshot any more; attempt-1 was proven from/);
  await pointTo(OLD);
  assert.equal(await isStillChosen(slice(), attempt, log), true, 'the pointer names what is gone');
  await rm(join(folder, 'store'), { recursive: true });
  await assert.rejects(isStillChosen(slice(), attempt, log), { exit: 'store' });
  await mkdir(join(folder, 'store'));
});

test('an attempt from another snapshot is kept, and not in the way', async () => {
  const data = join(folder, 'data');
  await provenFrom(OLD);
  await provenFrom(OLD);

  const one = await withoutAttempt(data, 2, log);
  assert.deepEqual(nextStep(one), { step: 'swap', attempt: 1, parts: ['raft', 'vault.db'] });
  const none = await withoutAttempt(data, 1, log);
  assert.deepEqual(nextStep(none), { step: 'restore' });
  assert.match(lines.join(''), /kept in .*unchosen-1\n.*kept in .*unchosen-2\n/);
});
