/** The flags of `lifeboat init`. */
import { type Command, Option } from 'commander';
import { STORES } from '../generator/init/stores.ts';
import { JSON_FLAG, type Run } from './command.ts';
import type { InitOptions } from './commands/init.ts';
import { repeatable } from './config-inputs.ts';
import type { CliIo } from './io.ts';

export function addInit(program: Command, io: CliIo, run: Run): void {
  program
    .command('init')
    .description(
      'begin a commented lifeboat.yaml, from flags, questions, existing values, or a release that runs',
    )
    .option('-o, --out <file>', 'write it here, if nothing is there yet; else to standard output')
    .option('--name <name>', 'the own name of this Vault, unique in the store')
    .option('--image <reference>', 'the image of lifeboat: repository:tag, or with a digest')
    .option('--release <name>', 'name of the release of the official chart (default: vault, or openbao)')
    .option('-n, --namespace <namespace>', "its namespace (default: the release's name)")
    .addOption(repeatable('--values <file>', 'your values of the official chart; may be given again'))
    .addOption(
      new Option('--product <product>', 'what runs (default: as the values say)').choices([
        'vault',
        'openbao',
      ]),
    )
    .option('--chart-version <version>', 'version of the official chart (default: the newest built in)')
    .option('--chart <path>', 'folder or .tgz of the official chart, for a version that is not built in')
    .option('--from-release <name>', 'take chart, version and values from this release, through helm')
    .option(
      '--values-out <file>',
      'with --from-release: write its values here (mode 0600: they may hold secrets)',
    )
    .option('--kube-context <context>', 'with --from-release: the context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --from-release: the kubeconfig')
    .addOption(new Option('--store <kind>', 'where snapshots live').choices(STORES).default('s3'))
    .option('--bucket <name>', 'bucket of S3 or Google Cloud Storage')
    .option('--endpoint <url>', 'S3 that is not Amazon')
    .option('--region <region>', 'region of S3')
    .option('--account <name>', 'storage account of Azure')
    .option('--container <name>', 'container of Azure')
    .option('--prefix <name>', 'folder in bucket or container')
    .option('--nfs <export>', 'SERVER:/PATH of a directory store')
    .option('--store-secret <name>', 'Secret with the keys of the store')
    .option('--schedule <cron>', 'when backups are taken')
    .addOption(
      new Option('--auth <method>', 'how the backup logs in')
        .choices(['kubernetes', 'approle'])
        .default('kubernetes'),
    )
    .option('--auth-secret <name>', 'with --auth approle: Secret with role_id and secret_id')
    .addOption(new Option('--seal <kind>', 'only where your values cannot tell').choices(['shamir', 'auto']))
    .option('--unseal-secret <name>', 'Secret with the unseal shares; without it people hold them')
    .option(...JSON_FLAG, false)
    .action((flags: InitOptions) => run(async () => (await import('./commands/init.ts')).runInit(flags, io)));
}
