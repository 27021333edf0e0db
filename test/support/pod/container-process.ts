/**
 * One container of the stand-in: a process with a mount and a PID namespace of its own, a root that holds this
 * machine's programs read-only, the volumes at their paths, and the server's user. What runs here is what the
 * rendered pod says, by the shell and paths that it says.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  /** A folder of this run for scripts and logs. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly readOnlyRoot: boolean;
}

/** Written when the root is built, right before the command starts in it. */
const READY = 'ready';
const PID = 'pid';
const EXIT = 'exit-code';

/** What a harness that ends must not leave behind. */
const living = new Set<ContainerProcess>();
process.on('exit', () => {
  for (const container of living) {
    const pid = container.firstPid;
    if (pid !== undefined) tryKill(pid, 'SIGKILL');
  }
});

export const SERVER_UID = 100;
export const SERVER_GID = 1000;

/** Whether the server's user exists in this user namespace; else its processes run as the only user there is. */
export function hasServerUser(): boolean {
  const ranges = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n');
  return ranges.some((line) => {
    const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return inside <= SERVER_UID && SERVER_UID < inside + count;
  });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The script that builds the container's root and becomes the container's command. */
function setupScript(spec: ContainerSpec, root: string): string {
  const lines = ['set -e', 'mount --make-rprivate /', `mount -t tmpfs -o mode=0755 tmpfs ${quote(root)}`];
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'etc', 'opt']) {
    const path = `/${name}`;
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink())
      lines.push(`ln -s ${quote(readlinkSync(path))} ${quote(join(root, name))}`);
    else lines.push(`mkdir ${quote(join(root, name))}`, `mount --rbind ${path} ${quote(join(root, name))}`);
  }
  lines.push(
    `mkdir ${quote(join(root, 'proc'))} ${quote(join(root, 'dev'))}`,
    `mkdir -m 1777 ${quote(join(root, 'tmp'))}`,
    `mount -t proc proc ${quote(join(root, 'proc'))}`,
    `mount --rbind /dev ${quote(join(root, 'dev'))}`,
  );
  for (const { source, target, readOnly } of spec.mounts) {
    const full = join(root, target);
    // Mount points below the host's own folders exist already: the harness mounts files and folders over them.
    if (lstatSync(source).isDirectory()) lines.push(`mkdir -p ${quote(full)}`);
    else lines.push(`mkdir -p ${quote(dirname(full))}`, `[ -e ${quote(full)} ] || : > ${quote(full)}`);
    lines.push(`mount --bind ${quote(source)} ${quote(full)}`);
    if (readOnly) lines.push(`mount -o remount,bind,ro ${quote(full)}`);
  }
  // As a container runtime does: the log's pipe belongs to the container's user, who may open it once more.
  if (hasServerUser()) lines.push(`chown ${SERVER_UID}:${SERVER_GID} /proc/self/fd/1 /proc/self/fd/2`);
  if (spec.readOnlyRoot) lines.push(`mount -o remount,bind,ro ${quote(root)}`);
  lines.push(`: > ${quote(join(spec.folder, READY))}`, `exec ${inContainer(spec, root, spec.command)}`);
  return `${lines.join('\n')}\n`;
}

function inContainer(spec: ContainerSpec, root: string, command: readonly string[]): string {
  const user = hasServerUser() ? `--userspec=${SERVER_UID}:${SERVER_GID} --groups=${SERVER_GID} ` : '';
  const env = Object.entries(spec.env).map(([name, value]) => quote(`${name}=${value}`));
  return `chroot ${user}${quote(root)} env -i ${env.join(' ')} ${command.map(quote).join(' ')}`;
}

export class ContainerProcess {
  readonly spec: ContainerSpec;
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #root: string;
  #log = '';

  constructor(spec: ContainerSpec) {
    this.spec = spec;
    this.#root = join(spec.folder, 'root');
    mkdirSync(this.#root, { recursive: true });
    const script = join(spec.folder, 'setup.sh');
    writeFileSync(script, setupScript(spec, this.#root), { mode: 0o700 });
    // Standard output is a real pipe, as a container runtime makes it: the hook writes to it through /proc/1/fd/1.
    const file = (name: string): string => quote(join(spec.folder, name));
    const line = `{ unshare --mount --pid --fork --kill-child sh ${file('setup.sh')} & echo $! > ${file(PID)}; wait $!; echo $? > ${file(EXIT)}; } 2>&1 | cat`;
    this.#child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString('utf8');
    });
    this.ended = new Promise((resolve) => {
      // `close` comes when the pipe is shut too, so that the log is whole.
      this.#child.once('close', () => {
        living.delete(this);
        resolve(Number(readText(join(spec.folder, EXIT)) || 137));
      });
    });
    living.add(this);
  }

  get log(): string {
    return this.#log;
  }

  /** Resolves once the log says it; rejects with the log where the container ends before, or a minute goes by. */
  async says(what: RegExp): Promise<void> {
    const end = Date.now() + 60_000;
    while (!what.test(this.#log)) {
      if (!this.running || Date.now() > end) throw new Error(`${what} did not come; the log:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get running(): boolean {
    return !existsSync(join(this.spec.folder, EXIT));
  }

  /** PID 1 of the container, as this machine counts. */
  get firstPid(): number | undefined {
    return childrenOf(Number(readText(join(this.spec.folder, PID))))[0];
  }

  /**
   * Whether its root is built and its command runs in it, as its user: a hook that came before that could not open the
   * log of a first process that is still root's, and would be silent. A container runtime changes the user first, too.
   */
  get ready(): boolean {
    if (!existsSync(join(this.spec.folder, READY))) return false;
    const pid = this.firstPid;
    return pid !== undefined && (!hasServerUser() || userOf(pid) === SERVER_UID);
  }

  /** All processes of the container, with their command lines. */
  processes(): readonly { readonly pid: number; readonly command: string }[] {
    const found: { pid: number; command: string }[] = [];
    const walk = (pid: number): void => {
      const command = readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
      if (command !== '') found.push({ pid, command });
      for (const child of childrenOf(pid)) walk(child);
    };
    const first = this.firstPid;
    if (first === undefined) return [];
    walk(first);
    // Detached processes hang below PID 1 of the namespace too; those that were reparented are found by namespace.
    const namespace = pidNamespace(first);
    for (const pid of allPids()) {
      if (!found.some((entry) => entry.pid === pid) && pidNamespace(pid) === namespace) {
        found.push({ pid, command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() });
      }
    }
    return found;
  }

  /** Runs a command inside the running container, as a hook or `kubectl exec` does. */
  async exec(
    command: readonly string[],
    input = '',
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const pid = this.firstPid;
    if (pid === undefined) throw new Error(`the container ${this.spec.name} is not running`);
    const line = inContainer(this.spec, this.#root, command);
    const child = spawn('nsenter', ['-t', String(pid), '-m', '-p', 'sh', '-c', `exec ${line}`], {
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const code = await new Promise<number>((resolve) =>
      child.once('exit', (status) => resolve(status ?? 137)),
    );
    return { code, stdout, stderr };
  }

  /** SIGKILL to PID 1: the kernel ends everything else in the container with it. */
  async kill(): Promise<number> {
    const pid = this.firstPid;
    if (pid !== undefined) tryKill(pid, 'SIGKILL');
    return await this.ended;
  }

  /** What the kubelet does: preStop's signal to the server by name, then SIGKILL after the grace period. */
  async stop(program: string): Promise<void> {
    const server = this.processes().find(
      ({ command }) => command.split(' ')[0]?.split('/').at(-1) === program,
    );
    if (server !== undefined) tryKill(server.pid, 'SIGTERM');
    const timer = setTimeout(() => void this.kill(), 15_000);
    await this.ended;
    clearTimeout(timer);
  }
}

export function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readProc(pid: number, file: string): string {
  return readText(`/proc/${pid}/${file}`);
}

function userOf(pid: number): number | undefined {
  const found = /^Uid:\s+(\d+)/m.exec(readProc(pid, 'status'));
  return found === null ? undefined : Number(found[1]);
}

function childrenOf(pid: number): readonly number[] {
  return readProc(pid, `task/${pid}/children`).trim().split(/\s+/).filter(Boolean).map(Number);
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function pidNamespace(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return '';
  }
}
