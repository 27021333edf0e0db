/** Commands that a person types about snapshots, shares and stores; no cluster is needed for them. */
import type { Command } from 'commander';
import { JSON_FLAG, type Run } from './command.ts';
import type { CliIo } from './io.ts';

export function addByHand(program: Command, io: CliIo, run: Run): void {
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
