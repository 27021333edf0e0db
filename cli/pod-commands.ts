/** Commands that the pods run. */
import { type Command, Option } from 'commander';
import { JSON_FLAG, type Run } from './command.ts';
import type { CliIo } from './io.ts';

/** This very file, to be copied into the pod. */
const BUNDLE = process.argv[1] ?? '';

const LOG = new Option('--log <format>', 'format of the log lines').choices(['text', 'json']);

type LogFlag = { log?: 'text' | 'json' };

export function addInPods(program: Command, io: CliIo, run: Run, signal: AbortSignal): void {
  program
    .command('backup')
    .description('take, verify, store and publish one snapshot (the CronJob runs this)')
    .requiredOption('--config <file>', 'the backup configuration (backup.json of the ConfigMap)')
    .option('--take-over <cluster_id>', "replace the pointer of that cluster by this Vault's")
    .option(
      '--check',
      'take no snapshot: try the login, its rights, the store and the clocks, and leave nothing',
      false,
    )
    .addOption(LOG)
    .option(...JSON_FLAG, false)
    .action((flags: LogFlag & { config: string; takeOver?: string; check: boolean; json: boolean }) =>
      run(async () =>
        flags.check
          ? (await import('./commands/backup-check.ts')).runBackupCheck(flags, io, signal)
          : (await import('./commands/pod.ts')).runBackup(flags, io, signal),
      ),
    );
  program
    .command('init-container')
    .description('in the server pod: decide, download, verify, refuse before any harm')
    .requiredOption('--data <path>', "the server's data directory")
    .addOption(LOG)
    .action((flags: LogFlag & { data: string }) =>
      run(async () => (await import('./commands/pod.ts')).runInitContainer(flags, BUNDLE, signal)),
    );
  program
    .command('restore')
    .description("in the server pod, in the server's image: restore, prove, put into place")
    .addOption(LOG)
    .action((flags: LogFlag) =>
      run(async () => (await import('./commands/pod.ts')).runRestoreContainer(flags, signal)),
    );
  program
    .command('post-start')
    .description('in the server container: unseal or say who is waited for; the last verdict')
    .addOption(LOG)
    .action((flags: LogFlag) => run(async () => (await import('./commands/pod.ts')).runPostStart(flags)));
}
