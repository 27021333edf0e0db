import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { INITIALISED_MARKS } from '../../contract/pod.ts';
import { classify, type DataState, exists, inspect } from './data-directory.ts';

const MIB = 1024 * 1024;

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'data-'));
});
afterEach(() => rm(data, { recursive: true }));

async function put(path: string, content: string | Uint8Array = ''): Promise<void> {
  await mkdir(dirname(join(data, path)), { recursive: true });
  await writeFile(join(data, path), content);
}

/** What the servers leave where they were started and never initialised: 16.8 MB each, without the marks. */
async function emptyStart(): Promise<void> {
  for (const path of ['vault.db', 'raft/raft.db']) {
    await put(path, 'core/cluster/local/info');
    await truncate(join(data, path), 16_777_216);
  }
  await mkdir(join(data, 'raft/snapshots'));
}

const state = async (): Promise<DataState> => classify(await inspect(data));

test("rule 1: folders of Vault's file storage are data", async () => {
  for (const name of ['core', 'logical', 'sys', 'auth']) {
    await mkdir(join(data, name));
    assert.deepEqual(await state(), {
      state: 'data',
      because: `the folder ${name} of Vault's file storage is there`,
    });
    await rm(join(data, name), { recursive: true });
  }
});

test('rule 2: a storage file with one of the marks is data, wherever in raft/ it is', async () => {
  for (const path of ['vault.db', 'raft/raft.db', 'raft/snapshots/2-18-1700000000000/state.bin'])
    for (const mark of INITIALISED_MARKS) {
      await emptyStart();
      await put(path, Buffer.concat([Buffer.alloc(5000, 1), Buffer.from(mark), Buffer.alloc(5000)]));
      assert.deepEqual(await state(), {
        state: 'data',
        because: `${path} belongs to an initialised server`,
      });
      await rm(join(data, 'raft'), { recursive: true });
      await rm(join(data, 'vault.db'));
    }
});

test('rule 2: a mark is found wherever it lies, across the borders of what is read at once too', async () => {
  const file = Buffer.alloc(3 * MIB);
  for (const mark of INITIALISED_MARKS)
    for (const border of [MIB, 2 * MIB])
      for (let before = 0; before <= mark.length; before++) {
        file.fill(0).write(mark, border - before);
        await put('vault.db', file);
        assert.equal((await inspect(data)).files[0]?.marked, true, `${before} bytes before the border`);
      }
  file.fill(0).write('core/seal-confi', MIB - 3);
  await put('vault.db', file);
  assert.equal((await inspect(data)).files[0]?.marked, false);
});

test('rule 2: a mark at the very end of a file, or alone in it, is found', async () => {
  for (const mark of INITIALISED_MARKS) {
    await put('vault.db', mark);
    assert.equal((await state()).state, 'data');
    await put('vault.db', Buffer.concat([Buffer.alloc(MIB - 1), Buffer.from(mark)]));
    assert.equal((await state()).state, 'data');
  }
});

test('rule 3: a file larger than any empty start is data, whatever stands in it', async () => {
  await put('raft/raft.db');
  await truncate(join(data, 'raft/raft.db'), 32 * MIB);
  assert.equal((await state()).state, 'uninitialised');
  await truncate(join(data, 'raft/raft.db'), 32 * MIB + 1);
  assert.deepEqual(await state(), {
    state: 'data',
    because: 'raft/raft.db is too large for a server without data',
  });
});

test('rule 3: a link is not looked through and never moved', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  for (const [link, target] of [
    ['vault.db', join(elsewhere, 'nothing')],
    ['raft', elsewhere],
  ] as const) {
    await symlink(target, join(data, link));
    assert.equal((await state()).state, 'data', link);
    await rm(join(data, link));
  }
  await rm(elsewhere, { recursive: true });
});

test('rule 4: a server that was started and never initialised is no data', async () => {
  await emptyStart();
  assert.deepEqual(await state(), { state: 'uninitialised', parts: ['raft', 'vault.db'] });
  await put('node-id', 'a');
  assert.deepEqual(await state(), { state: 'uninitialised', parts: ['node-id', 'raft', 'vault.db'] });
  await rm(join(data, 'raft'), { recursive: true });
  assert.deepEqual(await state(), { state: 'uninitialised', parts: ['node-id', 'vault.db'] });
});

test('rule 4: a segment of raft_wal has its full size from the start, and is looked through', async () => {
  const segment = 'raft/wal/00000000000000000001-0000000000000000.wal';
  await emptyStart();
  await put(segment);
  await truncate(join(data, segment), 64 * MIB);
  assert.equal((await state()).state, 'uninitialised');

  await put(segment, Buffer.concat([Buffer.alloc(40 * MIB), Buffer.from('core/keyring')]));
  assert.equal((await state()).state, 'data');
});

test('rule 5: what belongs to the volume, to us or to nobody is no Vault', async () => {
  assert.deepEqual(await state(), { state: 'empty' });
  await mkdir(join(data, 'lost+found'));
  await put('.lifeboat/attempt-1/data/vault.db', 'core/keyring');
  await put('.lifeboat/attempt-1/data/raft/raft.db', 'core/seal-config');
  await put('.lifeboat/download/snapshot.snap', 'core/keyring');
  await put('node-id', 'a');
  await put('notes.txt', 'core/keyring');
  assert.deepEqual(await state(), { state: 'empty' });
});

test('a directory that cannot be read is neither empty nor data: it throws', async () => {
  await assert.rejects(inspect(join(data, 'nothing')), { code: 'ENOENT' });
  await put('vault.db', 'x');
  await assert.rejects(inspect(join(data, 'vault.db')), { code: 'ENOTDIR' });
  await assert.rejects(exists(join(data, 'vault.db', 'x')), { code: 'ENOTDIR' });
  await withoutRoot(async () => {
    await chmod(join(data, 'vault.db'), 0);
    await assert.rejects(inspect(data), { code: 'EACCES' });
    await chmod(data, 0o300);
    await assert.rejects(inspect(data), { code: 'EACCES' });
    await chmod(data, 0o700);
  });
});

/** Root reads everything: for the time of `work` this process is somebody else, who owns the folder. */
async function withoutRoot(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return await work();
  const user = 12_345;
  for (const path of [data, join(data, 'vault.db')]) await chown(path, user, user);
  process.seteuid?.(user);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('a path exists where something stands there, a dangling link too', async () => {
  assert.equal(await exists(join(data, 'x')), false);
  await symlink('/nonexistent/anywhere', join(data, 'x'));
  assert.equal(await exists(join(data, 'x')), true);
});

test('whatever else stands there: marks, size or file storage make it data, and nothing takes that back', () => {
  const names = fc.uniqueArray(
    fc.constantFrom<string>('core', 'vault.db', 'raft', 'node-id', 'lost+found', '.lifeboat'),
  );
  const file = fc.record({
    path: fc.constantFrom('vault.db', 'raft/raft.db', 'raft/snapshots/1/state.bin'),
    size: fc.constantFrom(0, 16_777_216, 32 * MIB, 32 * MIB + 1, Number.MAX_SAFE_INTEGER),
    marked: fc.boolean(),
  });
  fc.assert(
    fc.property(names, fc.array(file, { maxLength: 4 }), (found, files) => {
      const result = classify({ names: found, files });
      const isData = found.includes('core') || files.some(({ marked, size }) => marked || size > 32 * MIB);
      assert.equal(result.state === 'data', isData);
      if (result.state === 'uninitialised')
        assert.deepEqual(
          [...result.parts],
          ['node-id', 'raft', 'vault.db'].filter((part) => found.includes(part)),
        );
      if (result.state === 'empty') assert.ok(!found.includes('vault.db') && !found.includes('raft'));
    }),
  );
});
