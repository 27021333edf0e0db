/** The two shell lines are run by a real /bin/sh: `/lifeboat/run` in their text stands for a temporary folder. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { INITIALISED_MARKS, initCommand, MOUNTS, postStartCommand, restoreCommand } from './pod.ts';

let folder: string;
let run: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pod-'));
  run = join(folder, 'run');
  // A claim may be mounted anywhere: the path is data, never part of the program.
  data = join(folder, `d a"t'a$(touch ${'hurt'})\`touch hurt\`;touch hurt`);
  mkdirSync(run);
  mkdirSync(join(data, 'raft'), { recursive: true });
});
afterEach(() => {
  assert.ok(!existsSync(join(folder, 'hurt')) && !existsSync('hurt'), 'a path was run as a program');
  rmSync(folder, { recursive: true });
});

function sh(command: readonly string[]): SpawnSyncReturns<string> {
  const [program, ...args] = command.map((word) => word.replaceAll(MOUNTS.run, run));
  const result = spawnSync(program ?? '', args, {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env.PATH },
    timeout: 10_000,
  });
  // A worker that holds the pipes of its hook would show here as a call that took too long.
  assert.equal(result.error, undefined);
  return result;
}

/** A launcher that leaves a line with its arguments, then does as told. */
function launcher(rest = ''): void {
  const text = `#!/bin/sh\n[ "$1" = can-run ] && exit 0\necho "launched $* heap=$LIFEBOAT_HEAP" >> '${folder}/launched'\n${rest}\n`;
  writeFileSync(join(run, 'lifeboat'), text);
  chmodSync(join(run, 'lifeboat'), 0o755);
}

function launched(): string {
  const file = join(folder, 'launched');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const note = (text: string) => writeFileSync(join(run, 'note'), text);

test('the first init container is told the data path as one argument', () => {
  assert.deepEqual(initCommand('/da ta'), [
    'node',
    '/app/lifeboat.cjs',
    'init-container',
    '--data',
    '/da ta',
  ]);
});

test('restore: a note of nothing to do lets the server start, and nothing is run', () => {
  launcher('exit 1');
  for (const text of ['nothing to do\n', 'nothing to do', 'nothing to do\nwhatever\n']) {
    note(text);
    assert.equal(sh(restoreCommand(data)).status, 0);
  }
  assert.equal(launched(), '');
});

test('restore: with work, or without a note, the runtime decides, and its exit code is the answer', () => {
  launcher('exit 7');
  const texts = [
    'restore\n{}\n',
    '',
    'nothing to do really\n',
    ' nothing\n',
    '"\n$(touch hurt)\n',
    undefined,
  ];
  for (const text of texts) {
    rmSync(join(run, 'note'), { force: true });
    if (text !== undefined) note(text);
    assert.equal(sh(restoreCommand(data)).status, 7, String(text));
  }
  assert.equal(launched(), 'launched restore heap=\n'.repeat(texts.length));
});

test('restore: without note and runtime a Vault that is there may start', () => {
  for (const file of ['vault.db', 'raft/raft.db'])
    for (const mark of INITIALISED_MARKS) {
      writeFileSync(join(data, file), Buffer.concat([Buffer.alloc(70_000), Buffer.from(`\n\xff${mark}\0`)]));
      const { status, stderr } = sh(restoreCommand(data));
      assert.deepEqual([status, stderr], [0, ''], `${mark} in ${file}`);
      rmSync(join(data, file));
    }
});

test('restore: without note, runtime and data it stops, and says where to look', () => {
  const check = (why: string): void => {
    const { status, stdout, stderr } = sh(restoreCommand(data));
    assert.equal(status, 11, why);
    assert.equal(stdout, '');
    assert.match(stderr, /holds neither a note nor the runtime.*Not starting an empty Vault.*lifeboat-init/);
    assert.ok(stderr.includes(data));
  };
  check('an empty folder');
  writeFileSync(join(data, 'vault.db'), Buffer.alloc(100_000));
  writeFileSync(join(data, 'raft', 'raft.db'), 'core/other');
  check('a server that was never initialised');
  rmSync(run, { recursive: true });
  check('no shared folder');
  rmSync(data, { recursive: true });
  check('no data folder');
});

test('restore: a runtime that cannot run is told apart from none, and a Vault that is there may start', () => {
  writeFileSync(join(run, 'lifeboat'), '#!/bin/sh\n', { mode: 0o644 });
  note('restore\n{}\n');
  const { status, stderr } = sh(restoreCommand(data));
  assert.equal(status, 11);
  assert.match(stderr, /does not start there.*noexec.*Not starting an empty Vault/);
  assert.doesNotMatch(stderr, /denied|neither/);

  writeFileSync(join(data, 'vault.db'), INITIALISED_MARKS[0]);
  assert.equal(sh(restoreCommand(data)).status, 0);
  // The hook's word goes to the log of the container's first process, which is not ours here.
  assert.equal(sh(postStartCommand([])).status, 0);
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await delay(10);
}

test('hook: returns at once with 0 while its worker goes on, detached from it', {
  timeout: 20_000,
}, async () => {
  launcher(`while [ ! -e '${folder}/go' ]; do sleep 0.05; done; echo over >> '${folder}/launched'`);

  // spawnSync also waits for the ends of the pipes: a worker that held them would hang this call.
  const { status } = sh(postStartCommand([]));

  assert.equal(status, 0);
  assert.doesNotMatch(launched(), /over/);
  writeFileSync(join(folder, 'go'), '');
  await until(() => launched().includes('over'));
  assert.match(launched(), /^launched post-start heap=96\n/);
});

test("hook: a worker's failure is not the hook's", async () => {
  launcher('exit 3');
  assert.equal(sh(postStartCommand([])).status, 0);
  await until(() => launched() !== '');
});

test("hook: the user's own hook runs with its words intact, and its exit code is the hook's", async () => {
  launcher();
  const words = ['two words', 'q"uo\'tes', '$HOME `touch hurt`', '*', '', '-e', 'new\nline'];
  const script = 'printf "%s|" "$0" "$@" > words; exit 9';

  const { status } = sh(postStartCommand(['/bin/sh', '-c', script, ...words]));

  assert.equal(status, 9);
  assert.equal(readFileSync(join(folder, 'words'), 'utf8'), words.map((word) => `${word}|`).join(''));
  await until(() => launched() !== '');
});

test('hook: without a runtime there is nothing to start, and it is no failure', () => {
  assert.equal(sh(postStartCommand([])).status, 0);
  assert.equal(sh(postStartCommand(['/bin/sh', '-c', 'exit 4'])).status, 4);
  rmSync(run, { recursive: true });
  assert.equal(sh(postStartCommand([])).status, 0);
});

test('hook: works in an image without setsid', async () => {
  launcher();
  const [, ...args] = postStartCommand([]).map((word) => word.replaceAll(MOUNTS.run, run));

  const { status } = spawnSync('/bin/sh', args, { cwd: folder, env: { PATH: '/nonexistent' } });

  assert.equal(status, 0);
  await until(() => launched() !== '');
});

for (const shell of ['dash', 'bash', 'busybox'])
  test(`both lines mean the same to ${shell}`, async (t) => {
    if (spawnSync(shell, ['-c', 'true']).error !== undefined && shell !== 'busybox') {
      t.skip(`there is no ${shell} here`);
      return;
    }
    if (shell === 'busybox' && spawnSync('busybox', ['sh', '-c', 'true']).status !== 0) {
      t.skip('there is no busybox here');
      return;
    }
    const program = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
    const [restore, hook] = [restoreCommand(data), postStartCommand(['/bin/sh', '-c', 'exit 5'])];
    assert.equal(sh([...program, ...restore.slice(1)]).status, 11);
    note('nothing to do\n');
    assert.equal(sh([...program, ...restore.slice(1)]).status, 0);
    launcher('exit 7');
    assert.equal(sh([...program, ...hook.slice(1)]).status, 5);
    await until(() => launched().includes('post-start'));
    note('restore\n');
    assert.equal(sh([...program, ...restore.slice(1)]).status, 7);
  });
