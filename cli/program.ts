/** argv -> command -> exit code. */
import { Command, CommanderError, Option } from 'commander';
import { LifeboatError } from '../contract/errors.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { VERSION } from '../contract/version.ts';
import { type CliIo, processIo } from './io.ts';
import { reportError } from './report-error.ts';

/** This very file, to be copied into the pod. */
const BUNDLE = process.argv[1] ?? '';

const LOG = new Option('--log <format>', 'format of the log lines').choices(['text', 'json']);
const JSON_FLAG = ['--json', 'one JSON object on standard output, errors too'] as const;

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
  addGenerator(program, io, runUntilStopped);
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
    if (error instanceof CommanderError) return commanderExit(error, json, io);
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

/** --help and --version are no failures; everything else that commander finds is a wrong command line. */
function commanderExit(error: CommanderError, json: boolean, io: CliIo): number {
  if (error.exitCode === 0) return 0;
  const message = error.message.replace(/^error: /, '');
  if (json) return reportError(new LifeboatError('usage', message, { hint: 'lifeboat --help' }), true, io);
  if (error.code !== 'commander.help') io.stderr('  next: lifeboat --help\n');
  return EXIT_CODES.usage.code;
}

/** A command resolves to its exit code, or to nothing where 0 is the only good one. */
type Run = (work: () => Promise<unknown>) => Promise<void>;

function addGenerator(program: Command, io: CliIo, run: Run): void {
  program
    .command('render')
    .description(
      'write vault-values.yaml, lifeboat-values.yaml, backup.json, policy, auth commands, rbac.yaml and RUNBOOK.md',
    )
    .requiredOption('-f, --file <file>', 'lifeboat.yaml, or - for standard input')
    .requiredOption('-o, --out <folder>', 'where to write, or - for one stream on standard output')
    .option('--chart <path>', 'folder or .tgz of the official chart, for a version that is not built in')
    .option('--with-chart', 'also copy charts/vault-lifeboat beside the values', false)
    .option(...JSON_FLAG, false)
    .action((flags: { file: string; out: string; chart?: string; withChart: boolean; json: boolean }) =>
      run(async () => (await import('./commands/render.ts')).runRender(flags, io)),
    );
  program
    .command('validate')
    .description('check lifeboat.yaml and the values it names; every problem in one run')
    .requiredOption('-f, --file <file>', 'lifeboat.yaml, or - for standard input')
    .option('--chart <path>', 'folder or .tgz of the official chart')
    .option(...JSON_FLAG, false)
    .action((flags: { file: string; chart?: string; json: boolean }) =>
      run(async () => (await import('./commands/validate.ts')).runValidate(flags, io)),
    );
  program
    .command('schema')
    .description('print the JSON Schema of lifeboat.yaml, for editors')
    .action(() => run(async () => (await import('./commands/schema.ts')).runSchema({}, io)));
}

function addByHand(program: Command, io: CliIo, run: Run): void {
  program
    .command('verify')
    .description('check that a snapshot file is whole: 0 good, 13 broken')
    .argument('<file>', 'a raft snapshot, or - for standard input')
    .option(...JSON_FLAG, false)
    .action((file: string, flags: { json: boolean }) =>
      run(async () => (await import('./commands/verify.ts')).runVerify(file, flags, io)),
    );
  const keys = program.command('keys').description('unseal shares');
  keys
    .command('check')
    .description('do these shares open that snapshot? Offline: 0 they do, 12 they do not')
    .argument('<snapshot>', 'a raft snapshot')
    .requiredOption('--keys-file <file>', "a share per line (base64 or hex), or the JSON of Vault's own init")
    .option(...JSON_FLAG, false)
    .action((snapshot: string, flags: { keysFile: string; json: boolean }) =>
      run(async () => (await import('./commands/keys-check.ts')).runKeysCheck(snapshot, flags, io)),
    );
  program
    .command('snapshots')
    .description('list what the store holds')
    .requiredOption('--config <file>', 'the backup configuration (backup.json that render wrote)')
    .option('--credentials <folder>', "the store's credentials here, one a file, instead of the pod's folder")
    .option('--ca <file>', "the CA of the store's endpoint here, instead of the pod's file")
    .option(...JSON_FLAG, false)
    .action((flags: { config: string; credentials?: string; ca?: string; json: boolean }) =>
      run(async () => (await import('./commands/snapshots.ts')).runSnapshots(flags, io)),
    );
}

type LogFlag = { log?: 'text' | 'json' };

function addInPods(program: Command, io: CliIo, run: Run, signal: AbortSignal): void {
  program
    .command('backup')
    .description('take, verify, store and publish one snapshot (the CronJob runs this)')
    .requiredOption('--config <file>', 'the backup configuration (backup.json of the ConfigMap)')
    .option('--take-over <cluster_id>', "replace the pointer of that cluster by this Vault's")
    .addOption(LOG)
    .option(...JSON_FLAG, false)
    .action((flags: LogFlag & { config: string; takeOver?: string; json: boolean }) =>
      run(async () => (await import('./commands/pod.ts')).runBackup(flags, io, signal)),
    );
  program
    .command('init-container')
    .description('in the server pod: decide, download, verify, refuse before any harm')
    .requiredOption('--data <path>', "the server's data directory")
    .addOption(LOG)
    .action((flags: LogFlag & { data: string }) =>
      run(async () => (await import('./commands/pod.ts')).runInitContainer(flags, BUNDLE)),
    );
  program
    .command('restore')
    .description("in the server pod, in the server's image: restore, prove, put into place")
    .addOption(LOG)
    .action((flags: LogFlag) =>
      run(async () => (await import('./commands/pod.ts')).runRestoreContainer(flags)),
    );
  program
    .command('post-start')
    .description('in the server container: unseal or say who is waited for; the last verdict')
    .addOption(LOG)
    .action((flags: LogFlag) => run(async () => (await import('./commands/pod.ts')).runPostStart(flags)));
}
