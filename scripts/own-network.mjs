/**
 * Preloaded into every test process. A file under test/ runs real servers, some on their real ports: it is started
 * again in a network of its own, where only loopback is, and as the first of a PID namespace, so that no server
 * outlives it. Where that is not allowed the pods' files take turns.
 */
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { withFileLock } from './file-lock.mjs';

const AGAIN = 'LIFEBOAT_TEST_NETWORK';
const WITH_SERVERS = path.resolve(import.meta.dirname, '../test') + path.sep;
const PODS = path.join(WITH_SERVERS, 'pod') + path.sep;

/** A new network's loopback is down. SIOCSIFFLAGS, with the flags up, loopback and running, for where no tool does it. */
const IOCTL =
  'import fcntl,socket,struct;fcntl.ioctl(socket.socket(),0x8914,struct.pack("16sH14x",b"lo",0x49))';
const LOOPBACK_UP = `ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || python3 -c '${IOCTL}'`;
/** The shell stays: as the first process of the namespace it buries the orphans. */
const SCRIPT = `(${LOOPBACK_UP}) || exit 1; "$@"; code=$?; exit $code`;

/** How to get there, best first. */
const WAYS = [['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'], ['--net']].map(
  (kinds) => [
    ...(userInfo().uid === 0 ? [] : ['--user', '--map-root-user']),
    ...[...kinds, '--', 'sh', '-c', SCRIPT, 'sh'],
  ],
);

function works(way) {
  return spawnSync('unshare', [...way, 'true'], { stdio: 'ignore' }).status === 0;
}

/** The same test file in a child, whose report goes where ours would go. What it started ends with it. */
async function again(command, args, network) {
  const env = { ...process.env, [AGAIN]: network };
  const child = spawn(command, args, { stdio: 'inherit', env, detached: true });
  const endAll = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, endAll);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  endAll();
  return code;
}

async function inOwnNetwork(file) {
  const self = [...process.execArgv, ...process.argv.slice(1)];
  const way = WAYS.find(works);
  if (way !== undefined) return await again('unshare', [...way, process.execPath, ...self], 'own');
  const run = () => again(process.execPath, self, 'shared');
  if (!file.startsWith(PODS)) return await run();
  return await withFileLock(path.join(tmpdir(), `vault-lifeboat-${userInfo().uid}`, 'shared-network'), run);
}

const isTestProcess = process.env.NODE_TEST_CONTEXT?.startsWith('child') === true;
const file = path.resolve(process.argv[1] ?? '');
if (isTestProcess && process.env[AGAIN] === undefined && file.startsWith(WITH_SERVERS))
  process.exit(await inOwnNetwork(file));
