/** The built program, spawned as people and pods spawn it: without a terminal, and with no environment of the tests. */
import path from 'node:path';
import { execa } from 'execa';

export const PROGRAM = path.resolve(import.meta.dirname, '../../dist/lifeboat.cjs');

export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** What it has said on standard error so far. */
  said(): string;
  signal(signal: 'SIGINT' | 'SIGTERM'): void;
}

export function startLifeboat(args: readonly string[], options: Options = {}): Running {
  const { input = '', env = {}, cwd } = options;
  const child = execa(process.execPath, [PROGRAM, ...args], {
    input,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', KUBECACHEDIR: '/dev/null', ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(cwd === undefined ? {} : { cwd }),
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return {
    ended: child.then(({ exitCode, stdout, stderr }) => ({ code: exitCode, stdout, stderr })),
    said: () => said,
    signal: (signal) => void child.kill(signal),
  };
}

export async function lifeboat(args: readonly string[], options: Options = {}): Promise<Ended> {
  return await startLifeboat(args, options).ended;
}
