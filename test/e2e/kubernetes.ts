/** What the scenarios ask of the cluster, by kubectl and Helm as a person does. Runs inside the node's network. */
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { findTool } from '../support/tools/find-tool.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly seconds?: number;
}

async function command(
  program: string,
  args: readonly string[],
  { input, seconds = 60 }: CommandOptions,
): Promise<Said> {
  const result = await execa(program, args, {
    reject: false,
    timeout: seconds * 1000,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  const stderr = result.timedOut ? `${result.stderr}\nit took longer than ${seconds} s` : result.stderr;
  return { code: result.exitCode ?? 1, stdout: result.stdout, stderr };
}

/** For a step that may fail. */
export function tryKubectl(args: readonly string[], options: CommandOptions = {}): Promise<Said> {
  return command('kubectl', args, options);
}

/** For a step that must work. */
export async function kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const said = await tryKubectl(args, options);
  if (said.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${said.stderr}`);
  return said.stdout;
}

export async function helm(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const said = await command((await findTool('helm')).path, args, options);
  if (said.code !== 0) throw new Error(`helm ${args.join(' ')}: ${said.stderr}`);
  return said.stdout;
}

export async function apply(object: unknown): Promise<void> {
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
}

/** Polls until there is an answer; the last thing that was seen is in the error. */
export async function eventually<T>(
  what: string,
  look: () => Promise<{ readonly answer: T } | { readonly seen: string }>,
  seconds = 240,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if ('answer' in found) return found.answer;
    if (Date.now() > end)
      throw new Error(`${what} did not come within ${seconds} s; last seen:\n${found.seen}`);
    // Each look is a program that is started: often enough to notice, seldom enough to leave the machine to the servers.
    await delay(1000);
  }
}
