/** Commands about a release that runs in a cluster: they read it through kubectl, and write nothing there. */
import type { Command } from 'commander';
import { JSON_FLAG, type Run } from './command.ts';
import type { StatusOptions } from './commands/status.ts';
import { addInputs, type InputFlags, inputsOf } from './config-inputs.ts';
import type { CliIo } from './io.ts';

export function addWithCluster(program: Command, io: CliIo, run: Run): void {
  addInputs(program.command('status'))
    .description(
      'say how the release stands: pods, backups, the last snapshot and restore; 0 well, 8 a person has to act, 9 it goes on by itself',
    )
    .option('--kube-context <context>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'the kubeconfig')
    .option('-n, --namespace <namespace>', 'the namespace, if it is not the one of lifeboat.yaml')
    .option('--store', 'ask the store too, with the login of this machine', false)
    .option('--credentials <folder>', 'ask the store too, with its credentials here, one a file')
    .option('--ca <file>', "the CA of the store's endpoint here")
    .option('--watch', 'look again every two seconds, tell what changed, end when all is well', false)
    .option(...JSON_FLAG, false)
    .action((flags: InputFlags & Omit<StatusOptions, 'files' | 'only' | 'charts' | 'environment'>) =>
      run(async () => (await import('./commands/status.ts')).runStatus(inputsOf(flags), io)),
    );
}
