import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { createDirectoryStore } from './directory.ts';
import { directoryError } from './directory-errors.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'lifeboat-directory-'));
});
after(() => rm(root, { recursive: true }));

test('what is hidden or no plain file is not listed', async () => {
  const base = join(root, 'vault');
  await mkdir(join(base, '.snapshot/snapshots'), { recursive: true });
  await mkdir(join(base, 'snapshots'));
  await writeFile(join(base, '.snapshot/snapshots/old.snap'), 'x');
  await writeFile(join(base, 'snapshots/.a.snap.12ab.part'), 'x');
  await writeFile(join(base, 'snapshots/a.snap'), 'x');
  await symlink('/etc', join(base, 'elsewhere'));
  assert.deepEqual(await createDirectoryStore({ path: root }, 'vault').list(''), [
    { key: 'snapshots/a.snap', size: 1 },
  ]);
});

test("a file in the place of a Vault's folder is an error and no empty listing", async () => {
  await writeFile(join(root, 'file'), '');
  await assert.rejects(createDirectoryStore({ path: root }, 'file').list(''), LifeboatError);
});

test('a name that leads out of the root is refused', () => {
  assert.throws(() => createDirectoryStore({ path: root }, '../other'), LifeboatError);
});

for (const [code, says, retryable] of [
  ['ENOSPC', /volume is full/, false],
  ['EDQUOT', /quota is used up/, false],
  ['EACCES', /permission denied/, false],
  ['EROFS', /mounted read-only/, false],
  ['EIO', /input\/output error/, true],
  ['ESTALE', /replaced under the mount/, true],
] as const) {
  test(`${code} is said in plain words`, () => {
    const error = directoryError(Object.assign(new Error('raw'), { code }), 'write vault/a.snap', '/backups');
    assert.equal(error.exit, 'store');
    assert.match(error.message, /^cannot write vault\/a\.snap in \/backups: /);
    assert.match(error.message, says);
    assert.equal(error.retryable, retryable);
  });
}
