/** A server of another project as a process of a test: started on a free loopback port, asked until it answers, stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcess {
  /** Asks until it succeeds; throws with the server's last words where that takes too long, or it has ended. */
  answers(ask: () => Promise<unknown>): Promise<void>;
  /** It keeps its connections and answers nothing, until it is resumed. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const LIMIT = 20_000;

export function startServer(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ServerProcess {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2000);
  });
  const stopAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtExit);
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;

  return {
    async answers(ask) {
      const end = Date.now() + LIMIT;
      for (;;) {
        try {
          await ask();
          return;
        } catch (error) {
          if (ended() || Date.now() > end)
            throw new Error(`${command} did not start: ${said.trim()}`, { cause: error });
          await delay(25);
        }
      }
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      process.removeListener('exit', stopAtExit);
      if (ended()) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(force);
    },
  };
}

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
