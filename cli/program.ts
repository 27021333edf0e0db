/** argv -> command -> exit code. */
import { Command, CommanderError } from 'commander';
import { LifeboatError } from '../contract/errors.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { VERSION } from '../contract/version.ts';
import { addAuthoring } from './authoring-commands.ts';
import { addByHand } from './by-hand-commands.ts';
import { addWithCluster } from './cluster-commands.ts';
import type { Run } from './command.ts';
import { addDoctor } from './doctor-command.ts';
import { addGenerator } from './generator-commands.ts';
import { type CliIo, processIo } from './io.ts';
import { addInPods } from './pod-commands.ts';
import { reportError } from './report-error.ts';
import { addWithServer } from './server-commands.ts';

export async function main(argv: readonly string[], io: CliIo = processIo): Promise<number> {
  const json = argv.includes('--json');
  const stop = new AbortController();
  let result = 0;
  const program = new Command('lifeboat')
    .description('Backups of HashiCorp Vault and OpenBao on Kubernetes that come back by themselves.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: io.stdout, writeErr: json ? () => {} : io.stderr });
  const run: Run = async (work) => {
    const code = await work();
    result = typeof code === 'number' ? code : 0;
  };
  // Commands that people type hold nothing that must be put away: Ctrl-C ends them at once.
  const runUntilStopped: Run = (work) => run(() => Promise.race([work(), stopped(stop.signal)]));
  addAuthoring(program, io, runUntilStopped);
  addGenerator(program, io, runUntilStopped);
  addDoctor(program, io, runUntilStopped);
  addWithCluster(program, io, runUntilStopped);
  addWithServer(program, io, runUntilStopped);
  addByHand(program, io, runUntilStopped);
  addInPods(program, io, run, stop.signal);

  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    const exit = signal === 'SIGINT' ? 'interrupted' : 'terminated';
    stop.abort(
      new LifeboatError(exit, `stopped by ${signal}; the pointer and all earlier snapshots are as they were`),
    );
    // What does not listen to the signal (a disk that hangs) must not keep the process.
    setTimeout(() => process.exit(EXIT_CODES[exit].code), 5000).unref();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return result;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExit(error, json, io, helpOf(program, argv));
    return reportError(stop.signal.aborted ? stop.signal.reason : error, json, io);
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** How the help of the command is called that the arguments name, as far as they name one. */
function helpOf(program: Command, argv: readonly string[]): string {
  const names = [program.name()];
  let command = program;
  for (const word of argv.filter((one) => !one.startsWith('-'))) {
    const below = command.commands.find((one) => one.name() === word);
    if (below === undefined) break;
    names.push(word);
    command = below;
  }
  return `${names.join(' ')} --help`;
}

/** --help and --version are no failures; everything else that commander finds is a wrong command line. */
function commanderExit(error: CommanderError, json: boolean, io: CliIo, hint: string): number {
  if (error.exitCode === 0) return 0;
  const message = error.message.replace(/^error: /, '');
  if (json) return reportError(new LifeboatError('usage', message, { hint }), true, io);
  if (error.code !== 'commander.help') io.stderr(`  next: ${hint}\n`);
  return EXIT_CODES.usage.code;
}
