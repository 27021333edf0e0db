/**
 * Runs a program in a folder as its root, as a container runtime does it for a pod: by runc itself, without capabilities,
 * on a read-only root, with a /tmp of its own and nothing of this machine's environment.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Run {
  readonly args: readonly string[];
  readonly uid: number;
  readonly gid: number;
  readonly env?: readonly string[];
  /** Folders of this machine, read-only, by the place where they are mounted. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why no program can be run so here; undefined where it can. */
export function whyNoContainers(): string | undefined {
  if (process.getuid?.() !== 0) return 'containers are run by runc, which needs root here';
  if (spawnSync('runc', ['--version']).status !== 0) return 'runc is not on the PATH: install it';
  return undefined;
}

function bind(source: string, destination: string): object {
  return { source, destination, type: 'bind', options: ['rbind', 'ro'] };
}

function specOf(root: string, run: Run): object {
  const namespaces = ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type }));
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid: run.uid, gid: run.gid },
      args: run.args,
      env: run.env ?? [],
      cwd: run.cwd ?? '/',
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [] },
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=1777'] },
      ...Object.entries(run.mounts ?? {}).map(([destination, source]) => bind(source, destination)),
    ],
    linux: { namespaces },
  };
}

export function runInRoot(root: string, run: Run): Ran {
  const bundle = mkdtempSync(path.join(tmpdir(), 'lifeboat-run-'));
  try {
    writeFileSync(path.join(bundle, 'config.json'), JSON.stringify(specOf(root, run)));
    const args = ['--root', path.join(bundle, 'state'), 'run', '--bundle', bundle, path.basename(bundle)];
    const { status, stdout, stderr } = spawnSync('runc', args, { encoding: 'utf8', timeout: 120_000 });
    return { status, stdout, stderr };
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}
