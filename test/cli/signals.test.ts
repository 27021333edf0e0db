/** Ctrl-C and SIGTERM: the program ends by itself, says so, and with the codes that shells give to those signals. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { BackupJob } from '../support/backup-job.ts';
import { PROGRAM } from '../support/command-line.ts';
import { waitFor } from '../support/vault-operations.ts';

interface Silent {
  readonly address: string;
  readonly sockets: readonly Socket[];
  stop(): Promise<void>;
}

/** Takes connections and never says a word. */
async function startSilent(): Promise<Silent> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const ENDINGS = [
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
] as const;

for (const [signal, expected, name] of ENDINGS)
  for (const json of [false, true])
    test(`${signal} while a server hangs ends the backup with ${expected}${json ? ', told as one object' : ''}`, async () => {
      const silent = await startSilent();
      const job = new BackupJob({
        vault: { product: 'vault', address: silent.address, peers: [] },
        login: { role_id: 'a-role', secret_id: 'a-secret' },
      });
      try {
        const running = job.start({}, json ? ['--json'] : []);
        await waitFor('the login to begin', () => (silent.sockets.length > 0 ? true : undefined));
        running.signal(signal);
        const { code, stdout, stderr } = await running.ended;

        assert.equal(code, expected, stderr);
        assert.deepEqual(await job.visible(), []);
        if (json) {
          const { error } = JSON.parse(stdout) as { error: { code: number; exit: string; message: string } };
          assert.deepEqual([error.code, error.exit], [expected, name]);
          assert.match(error.message, new RegExp(`^stopped by ${signal}`));
        } else {
          assert.equal(stdout, '');
          assert.match(stderr, new RegExp(`^lifeboat: stopped by ${signal}; the pointer`, 'm'));
        }
        assert.doesNotMatch(`${stdout}${stderr}`, /a-secret/);
      } finally {
        await silent.stop();
        job.remove();
      }
    });

test('Ctrl-C ends a command that waits for its input, and it can still say so', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'validate', '-f', '-'], {
    stdio: 'pipe',
    env: { PATH: process.env.PATH },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, 'exit');
  // More than a pipe holds is taken only by a program that reads.
  const taken = new Promise<void>((resolve) =>
    child.stdin.write('# one more\n'.repeat(30_000), () => resolve()),
  );
  child.stdin.on('error', () => {});
  await taken;
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];

  assert.equal(code, 130);
  assert.match(said, /^lifeboat: stopped by SIGINT/);
});
