/** Commands that a person runs against a living server, with a token of their own. */
import type { Command } from 'commander';
import { JSON_FLAG, type Run } from './command.ts';
import type { SetupAuthOptions } from './commands/setup-auth.ts';
import { addInputs, type InputFlags, inputsOf } from './config-inputs.ts';
import type { CliIo } from './io.ts';
import type { AccessFlags } from './server-access.ts';

type SetupAuthFlags = InputFlags & AccessFlags & Omit<SetupAuthOptions, 'files' | 'only' | 'charts'>;

/** How to reach the server; the token's place is the same as for the server's own command line. */
function addAccess(command: Command): Command {
  return command
    .option('--address <url>', 'the server; without it VAULT_ADDR or BAO_ADDR')
    .option('--ca <file>', "the CA of the server's certificate; without it VAULT_CACERT or BAO_CACERT")
    .option('--tls-server-name <name>', 'the name in that certificate, where it is not that of the address')
    .option(
      '--token-file <file>',
      'your token, or - for standard input; without it VAULT_TOKEN, BAO_TOKEN or ~/.vault-token',
    );
}

export function addWithServer(program: Command, io: CliIo, run: Run): void {
  addAccess(addInputs(program.command('setup-auth')))
    .description(
      "make the backup's policy, auth method and role in Vault with your own token; what is right stays as it is",
    )
    .option(
      '--login-out <folder>',
      'approle: write role_id and secret_id there, for the Secret of the backup',
    )
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--exit-code', 'with --dry-run: 4 where something would be done', false)
    .option('--yes', 'overwrite a policy, role or login of other content without a question', false)
    .option('--verify', "take the backup's place afterwards, and ask the server what it may do", false)
    .option(
      '--service-account-token <file>',
      'kubernetes: what --verify logs in with, by kubectl create token',
    )
    .option(...JSON_FLAG, false)
    .action((flags: SetupAuthFlags) =>
      run(async () => (await import('./commands/setup-auth.ts')).runSetupAuth(inputsOf(flags), io)),
    );
}
