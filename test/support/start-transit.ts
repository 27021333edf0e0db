/** A second server, in memory, whose transit engine seals others. On a port of its own of this namespace's loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Operator } from './vault-operations.ts';

const PORT = 8400;
const TOKEN = 'transit-root-of-the-tests';

export interface Transit {
  /** The seal stanza for a key of that name. */
  stanza(key: string): string;
  stop(): Promise<void>;
}

export async function startTransit(binary: string): Promise<Transit> {
  const address = `http://127.0.0.1:${PORT}`;
  const child = spawn(
    binary,
    ['server', '-dev', `-dev-root-token-id=${TOKEN}`, `-dev-listen-address=127.0.0.1:${PORT}`],
    {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: '/tmp' },
    },
  );
  const ended = once(child, 'exit');
  const operator = new Operator(address, TOKEN);
  await operator.waitForHealth(200);
  await operator.must('POST', 'sys/mounts/transit', { type: 'transit' });
  await operator.must('POST', 'transit/keys/unseal');
  await operator.must('POST', 'transit/keys/other');
  return {
    stanza: (key) =>
      `seal "transit" {\n  address = "${address}"\n  token = "${TOKEN}"\n  disable_renewal = "true"\n  key_name = "${key}"\n  mount_path = "transit/"\n}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
