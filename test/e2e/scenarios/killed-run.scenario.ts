/**
 * The run itself: one that is killed in the middle of a scenario leaves a node with pods behind; the next run clears it,
 * and, interrupted, leaves nothing at all. On a node of its own, beside the one of this scenario.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../kubernetes.ts';
import { scenario } from '../scenario.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const NODE = `lifeboat-again-${process.pid}`;
/** Not that of this scenario: the sockets of a node need short paths. */
const TMP = '/tmp';
const FOLDER = path.join(TMP, `${NODE}-node`);
const NETWORK = `/var/run/netns/${NODE}`;

interface Run {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  said(): string;
}

function start(results: string): Run {
  const args = ['--import', 'tsx', 'test/e2e/main.ts', '--on', 'own-node', '-t', '^one replica of openbao$'];
  const env = { ...process.env, TMPDIR: TMP, LIFEBOAT_E2E_NODE: NODE, LIFEBOAT_E2E_RESULTS: results };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  return { child, exited, said: () => text };
}

/** Processes that have the node's folder in their command line or as the place of their root. */
function processes(): readonly number[] {
  const reads = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => reads(pid, 'cmdline').includes(FOLDER));
}

const mounts = (): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${FOLDER}/`));

scenario('a run that is killed, and the next one', { value: 3, seconds: 110, needs: 'own node' }, (it) => {
  const results = mkdtempSync(path.join(tmpdir(), 'lifeboat-results-'));
  let left: readonly number[];
  let run: Run;

  it.atEnd(async () => {
    if (run.child.exitCode === null) run.child.kill('SIGINT');
    await run.exited;
    rmSync(results, { recursive: true, force: true });
  });

  it.step('killed while pods run, it leaves them behind', async () => {
    run = start(results);
    await eventually(
      'a pod of the other node',
      async () => {
        const shims = processes().filter((pid) =>
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('containerd-shim'),
        );
        if (run.child.exitCode !== null) throw new Error(run.said());
        return shims.length > 0 && mounts().length > 0 ? { answer: undefined } : { seen: run.said() };
      },
      600,
    );

    run.child.kill('SIGKILL');
    await run.exited;

    left = processes();
    assert.ok(left.length > 5, 'daemons and containers live on');
    assert.ok(mounts().length > 0);
  });

  it.step('the next run ends them before it starts its own node', async () => {
    run = start(results);
    await eventually(
      'the node of the next run',
      async () => {
        if (run.child.exitCode !== null) throw new Error(run.said());
        return / is up: /.test(run.said()) ? { answer: undefined } : { seen: run.said() };
      },
      600,
    );

    const now = processes();
    assert.deepEqual(
      left.filter((pid) => now.includes(pid)),
      [],
    );
  });

  it.step('and interrupted it leaves nothing: no process, no mount, no network, no folder', async () => {
    run.child.kill('SIGINT');

    assert.equal(await run.exited, 130, run.said());
    assert.deepEqual(processes(), []);
    assert.deepEqual(mounts(), []);
    assert.deepEqual([existsSync(NETWORK), existsSync(FOLDER)], [false, false]);
  });
});
