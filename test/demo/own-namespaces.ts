/** Starts this program once more in a network and mount namespace of its own, where its ports clash with nobody's. */
import { spawnSync } from 'node:child_process';

const MARK = 'LIFEBOAT_DEMO_INSIDE';

/** True inside. Outside it runs the inside to its end and sets the exit code. */
export function inOwnNamespaces(): boolean {
  if (process.env[MARK] === 'true') return true;
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // A new network's loopback is down; python3 is there wherever the demo could get its server.
  const python =
    'import fcntl,socket,struct;fcntl.ioctl(socket.socket(),0x8914,struct.pack("16sH14x",b"lo",0x49))';
  const up = `{ ip link set lo up 2>/dev/null || python3 -c '${python}'; } && exec "$@"`;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status, error } = spawnSync(
    'unshare',
    [
      ...user,
      '--net',
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'sh',
      '-c',
      up,
      'sh',
      ...again,
    ],
    { stdio: 'inherit', env: { ...process.env, [MARK]: 'true' } },
  );
  if (error !== undefined) {
    process.stderr.write('the demo needs `unshare` (util-linux) to give its pod a network of its own\n');
  } else if (status !== 0 && user.length > 0) {
    process.stderr.write(
      'where this system forbids user namespaces, run the demo as root (or in a container)\n',
    );
  }
  process.exitCode = status ?? 1;
  return false;
}
