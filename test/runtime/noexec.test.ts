/** The shared emptyDir on a node that mounts it noexec: a real tmpfs, in a mount namespace of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const UNSHARE = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];

interface Said {
  readonly copies: readonly { readonly exit: string; readonly message: string; readonly hint: string }[];
  readonly shells: readonly {
    readonly shell: string;
    readonly restore: { readonly status: number; readonly stderr: string };
    readonly hook: { readonly status: number; readonly stderr: string };
  }[];
  readonly log: string;
}

/** What was said where the folder is a tmpfs with these options. */
function onTmpfs(t: TestContext, options: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'noexec-'));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'run');
  mkdirSync(folder);
  const inside = [
    ...[process.execPath, '--import', 'tsx'],
    ...[fileURLToPath(import.meta.resolve('./on-noexec.ts')), folder, scratch],
  ];
  const script = `mount -t tmpfs -o ${options} tmpfs "$1" && shift && exec "$@"`;
  const [program = '', ...flags] = UNSHARE;
  const { status, stdout, stderr } = spawnSync(
    program,
    [...flags, 'sh', '-c', script, 'sh', folder, ...inside],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

const [program = '', ...flags] = UNSHARE;
const skip =
  spawnSync(program, [...flags, 'true']).status === 0
    ? false
    : 'no mount namespace can be made here: run it as root, or allow user namespaces';

test('a volume that is mounted noexec: the init container refuses and says what to do, each time', {
  skip,
}, (t) => {
  const { copies } = JSON.parse(onTmpfs(t, 'noexec')) as Said;
  assert.equal(copies.length, 2);
  for (const { exit, message, hint } of copies) {
    assert.equal(exit, 'refused');
    assert.match(message, /^no program may be started from \S+runtime: permission denied$/);
    assert.match(hint, /mounted noexec.*\/var\/lib\/kubelet.*delete the pod/);
  }
});

test('the shells of the server say the same, never start an empty Vault, and never fail the hook', {
  skip,
}, (t) => {
  const { shells, log } = JSON.parse(onTmpfs(t, 'noexec')) as Said;
  for (const { shell, restore, hook } of shells) {
    assert.equal(restore.status, 11, shell);
    assert.match(restore.stderr, /does not start there.*mounted noexec.*Not starting an empty Vault/, shell);
    assert.equal(restore.stderr.trim().split('\n').length, 1, restore.stderr);
    assert.deepEqual(hook, { status: 0, stderr: '' }, shell);
  }
  assert.equal(log.match(/^lifeboat post-start: ERROR: .*mounted noexec/gm)?.length, shells.length, log);
});

test('the same volume without noexec runs what was copied', { skip }, (t) => {
  const { copies, shells } = JSON.parse(onTmpfs(t, 'exec')) as { copies: unknown; shells: Said['shells'] };
  assert.deepEqual(copies, ['it ran', 'it ran']);
  for (const { shell, restore, hook } of shells)
    assert.deepEqual([restore.status, hook.status], [7, 0], shell);
});
