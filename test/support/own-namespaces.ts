/**
 * Starts this program once more in a network, mount and PID namespace of its own, where its ports clash with nobody's,
 * and with a temporary folder of its own, which goes with it: also when it is stopped halfway.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const MARK = 'LIFEBOAT_IN_OWN_NAMESPACES';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A new network's loopback is down; python3 is there wherever a server could be had from its wheel. */
const IOCTL =
  'import fcntl,socket,struct;fcntl.ioctl(socket.socket(),0x8914,struct.pack("16sH14x",b"lo",0x49))';
const SCRIPT = `{ ip link set lo up 2>/dev/null || python3 -c '${IOCTL}'; } && exec "$@"`;
const KINDS = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** True inside. Outside it runs the inside to its end, removes what that left, and sets the exit code. */
export async function inOwnNamespaces(program: string): Promise<boolean> {
  if (process.env[MARK] === 'true') return true;
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  if (spawnSync('unshare', [...user, ...KINDS, 'true'], { stdio: 'ignore' }).status !== 0) {
    const next = isRoot
      ? 'install `unshare` (util-linux)'
      : `install \`unshare\` (util-linux), or run the ${program} as root where user namespaces are forbidden`;
    process.stderr.write(`the ${program} cannot give its pod a network of its own here\n  next: ${next}\n`);
    process.exitCode = 1;
    return false;
  }
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const folder = mkdtempSync(join(tmpdir(), `lifeboat-${program}-`));
  // The pods' user looks into it.
  chmodSync(folder, 0o755);
  try {
    process.exitCode = await run([...user, ...KINDS, 'sh', '-c', SCRIPT, 'sh', ...again], folder);
  } finally {
    // The last processes of the namespace may still be on their way out.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  return false;
}

/** A signal ends the first process of the namespace, and the kernel everything else in it. */
async function run(args: readonly string[], folder: string): Promise<number> {
  const env = { ...process.env, [MARK]: 'true', TMPDIR: folder };
  const child = spawn('unshare', args, { stdio: 'inherit', env });
  let stopped: (typeof SIGNALS)[number] | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    stopped ??= SIGNALS.find((each) => each === signal);
    child.kill('SIGKILL');
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status) => resolve(status ?? 1));
    });
    return stopped === undefined ? code : 128 + constants.signals[stopped];
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
}
