import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { copyRuntime, launcherScript, partsOf } from './copy-runtime.ts';

const GLIBC = [
  'linux-vdso.so.1',
  '/lib/x86_64-linux-gnu/libc.so.6',
  '/usr/lib/my libs/libstdc++.so.6',
  '/lib64/ld-linux-x86-64.so.2',
  '/app/addon.node',
];

test('loader and libraries are picked out of what glibc and musl have loaded', () => {
  assert.deepEqual(partsOf(GLIBC, '/usr/local/bin/node', '/app/lifeboat.cjs'), {
    node: '/usr/local/bin/node',
    bundle: '/app/lifeboat.cjs',
    loader: '/lib64/ld-linux-x86-64.so.2',
    libraries: ['/lib/x86_64-linux-gnu/libc.so.6', '/usr/lib/my libs/libstdc++.so.6'],
  });
  const musl = partsOf(['/lib/ld-musl-x86_64.so.1', '/usr/lib/libgcc_s.so.1'], 'n', 'b');
  assert.equal(musl.loader, '/lib/ld-musl-x86_64.so.1');
  assert.deepEqual(musl.libraries, ['/usr/lib/libgcc_s.so.1']);
  assert.deepEqual(partsOf([], 'n', 'b'), { node: 'n', bundle: 'b', loader: undefined, libraries: [] });
});

test('a node without a loader is started as it is', () => {
  const parts = { node: 'n', bundle: 'b', loader: undefined, libraries: [] };

  assert.match(launcherScript('/r', parts), /^exec \/r\/node \$/m);
  assert.match(
    launcherScript('/r', { ...parts, loader: '/l' }),
    /^exec \/r\/loader --library-path \/r\/lib \/r\/node \$/m,
  );
});

let folder: string;
let bundle: string;
let launcher: string;
let runtime: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-'));
  bundle = join(folder, 'bundle.cjs');
  launcher = join(folder, 'run', 'lifeboat');
  runtime = join(folder, 'run', 'runtime');
  await mkdir(join(folder, 'run'));
  const program = `
    const v8 = require('node:v8');
    console.log(JSON.stringify({ args: process.argv.slice(2), heap: v8.getHeapStatistics().heap_size_limit }));
    process.exit(7);`;
  await writeFile(bundle, program);
});
afterEach(() => rm(folder, { recursive: true }));

function launch(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): { args: string[]; heap: number } {
  const { status, stdout, stderr } = spawnSync(launcher, args, { encoding: 'utf8', env });
  assert.equal(status, 7, stderr);
  return JSON.parse(stdout) as { args: string[]; heap: number };
}

test('what was copied runs by itself, with its arguments, its exit code and a heap that can be capped', async () => {
  await copyRuntime(bundle, launcher, runtime);
  await rm(bundle);

  // No PATH: nothing of this machine's node is found.
  const plain = launch({}, 'two words', '$HOME', '');
  const capped = launch({ LIFEBOAT_HEAP: '96' });

  assert.deepEqual(plain.args, ['two words', '$HOME', '']);
  assert.ok(capped.heap < 200 * 1024 * 1024 && capped.heap < plain.heap, String(capped.heap));
  assert.deepEqual((await readdir(join(folder, 'run'))).sort(), ['lifeboat', 'runtime']);
});

test('the SDKs that the bundle loads stand beside the copy, and nothing else of its folder', async () => {
  await writeFile(bundle, "console.log(JSON.stringify(require('./sdk-s3.cjs'))); process.exit(7);");
  await writeFile(join(folder, 'sdk-s3.cjs'), "module.exports = { args: ['from the SDK'] };");
  await writeFile(join(folder, 'notes.txt'), 'x');
  await copyRuntime(bundle, launcher, runtime);
  await rm(join(folder, 'sdk-s3.cjs'));

  assert.deepEqual(launch({}).args, ['from the SDK']);
  assert.deepEqual(
    (await readdir(runtime)).filter((name) => /sdk|notes/.test(name)),
    ['sdk-s3.cjs'],
  );
});

test('every library that node asks for is found in the copy, and none on this machine', async (t) => {
  await copyRuntime(bundle, launcher, runtime);
  const loader = join(runtime, 'loader');
  if (!(await readdir(runtime)).includes('loader')) return t.skip('node is static here');
  const args = ['--library-path', join(runtime, 'lib'), '--list', join(runtime, 'node')];

  const { status, stdout, stderr } = spawnSync(loader, args, { encoding: 'utf8', env: {} });

  assert.equal(status, 0, stderr);
  const found = [...stdout.matchAll(/ => (\S+) \(/g)].map(([, path = '']) => path);
  const elsewhere = found.filter((path) => !path.startsWith(`${runtime}/`) && !/\/ld-[^/]*$/.test(path));
  assert.ok(found.length > 0, stdout);
  assert.deepEqual(elsewhere, []);
});

test('it is copied once: a second start of the init container leaves it alone', async () => {
  await copyRuntime(bundle, launcher, runtime);
  const first = await stat(join(runtime, 'node'));
  await writeFile(bundle, 'changed');

  await copyRuntime(bundle, launcher, runtime);

  assert.equal((await stat(join(runtime, 'node'))).mtimeMs, first.mtimeMs);
  assert.doesNotMatch(await readFile(join(runtime, 'lifeboat.cjs'), 'utf8'), /changed/);
});

test('a copy that was cut short is made anew, and the launcher is there only when all is', async () => {
  await mkdir(join(runtime, 'lib'), { recursive: true });
  await writeFile(join(runtime, 'node'), 'half');
  await writeFile(`${launcher}.part`, '#!/bin/sh', { mode: 0o755 });

  await copyRuntime(bundle, launcher, runtime);

  assert.deepEqual(launch({}, 'x').args, ['x']);
});

test('a copy that fails is refused in plain words, and leaves no launcher', async () => {
  await assert.rejects(copyRuntime(join(folder, 'no-bundle.cjs'), launcher, runtime), {
    exit: 'refused',
    message: /the runtime cannot be copied to .*runtime: ENOENT/,
    hint: /lifeboat-run/,
  });
  assert.deepEqual(await readdir(join(folder, 'run')), ['runtime']);
});

test("the copy may be run by the server's own user", async () => {
  await copyRuntime(bundle, launcher, runtime);

  for (const path of [launcher, join(runtime, 'node'), join(runtime, 'lib'), runtime])
    assert.equal((await stat(path)).mode & 0o005, 0o005, path);
  assert.equal((await stat(join(runtime, 'lifeboat.cjs'))).mode & 0o004, 0o004);
  if (process.getuid?.() !== 0) return;
  for (const path of [folder, join(folder, 'run')]) await chmod(path, 0o755);
  const { status, stderr } = spawnSync(launcher, [], { env: {}, uid: 100, gid: 1000, encoding: 'utf8' });
  assert.equal(status, 7, stderr);
});
