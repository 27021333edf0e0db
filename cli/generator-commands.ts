/** Commands that turn lifeboat.yaml into files: they run on a workstation or in CI, and write nothing into a cluster. */
import type { Command } from 'commander';
import { KUBERNETES_VERSION } from '../generator/chart/kubernetes-version.ts';
import type { FormatChoice } from '../generator/formats/format-names.ts';
import type { ConfigInputs } from '../generator/read-input.ts';
import { JSON_FLAG, type Run } from './command.ts';
import type { CheckOptions } from './commands/check.ts';
import type { PlanOptions } from './commands/plan.ts';
import { addInputs, type InputFlags, inputsOf, repeatable } from './config-inputs.ts';
import { FORMAT_HELP, FORMAT_OPTION, formatsOf } from './format-option.ts';
import type { CliIo } from './io.ts';

interface RenderFlags extends InputFlags {
  readonly out: string;
  readonly withChart: boolean;
  readonly format?: readonly FormatChoice[];
  readonly json: boolean;
}

export function addGenerator(program: Command, io: CliIo, run: Run): void {
  addInputs(program.command('render'))
    .description(
      'write vault-values.yaml, lifeboat-values.yaml, backup.json, policy, auth commands, rbac.yaml and RUNBOOK.md',
    )
    .requiredOption('-o, --out <folder>', 'where to write, or - for one stream on standard output')
    .option('--with-chart', 'also copy charts/vault-lifeboat beside the values', false)
    .addOption(FORMAT_OPTION)
    .option(...JSON_FLAG, false)
    .addHelpText('after', FORMAT_HELP)
    .action(({ format, ...flags }: RenderFlags) =>
      run(async () => {
        const { runRender } = await import('./commands/render.ts');
        return runRender({ ...inputsOf(flags), formats: formatsOf(format) }, io);
      }),
    );
  addInputs(program.command('validate'))
    .description('check lifeboat.yaml and the values it names; every problem in one run')
    .option(...JSON_FLAG, false)
    .action((flags: InputFlags & { json: boolean }) =>
      run(async () => (await import('./commands/validate.ts')).runValidate(inputsOf(flags), io)),
    );
  addInputs(program.command('plan'))
    .description('show what render would change in a folder, or what an upgrade would change in a cluster')
    .option('-o, --out <folder>', 'compare with this folder, which render wrote earlier')
    .option('--live', 'compare with the releases that run, through helm (nothing is written)', false)
    .option('--kube-context <context>', 'with --live: the context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --live: the kubeconfig')
    .option(
      '-n, --namespace <namespace>',
      'with --live: the namespace, if it is not the one of lifeboat.yaml',
    )
    .option(
      '--pull',
      'with --live: fetch a chart that is not on this machine with helm pull, and keep it',
      false,
    )
    .option('--kube-version <version>', 'with --live: the version of Kubernetes', KUBERNETES_VERSION)
    .option('--exit-code', 'end with 4 where something would change', false)
    .option(...JSON_FLAG, false)
    .action((flags: InputFlags & Omit<PlanOptions, keyof ConfigInputs>) =>
      run(async () => (await import('./commands/plan.ts')).runPlan(inputsOf(flags), io)),
    );
  addInputs(program.command('check'))
    .description(
      'render, let Helm render both charts, and check the result: 0 good, 3 configuration, 4 out folder is old, 5 found something',
    )
    .option('-o, --out <folder>', 'the rendered folder that must be up to date')
    .option(
      '--against <chart>',
      'another version of the official chart (its number, folder or .tgz): would it take what is rendered?',
    )
    .option('--pull', 'fetch a chart that is not on this machine with helm pull, and keep it', false)
    .option('--without-charts', 'leave out all that needs Helm', false)
    .option('--kube-version <version>', 'the version of Kubernetes that is rendered for', KUBERNETES_VERSION)
    .addOption(
      repeatable(
        '--schema-location <place>',
        'where kubeconform finds schemas, as it takes them; "default" are those on the Internet; may be given again',
      ),
    )
    .option(
      '--require-kubeconform',
      'kubeconform that is not here, or is given no schemas, is a finding',
      false,
    )
    .option('--strict', 'warnings fail the run, too', false)
    .option('--junit <file>', "write the report as JUnit's XML")
    .option('--sarif <file>', 'write the report as SARIF 2.1.0')
    .option(...JSON_FLAG, false)
    .action((flags: InputFlags & Omit<CheckOptions, keyof ConfigInputs>) =>
      run(async () => (await import('./commands/check.ts')).runCheck(inputsOf(flags), io)),
    );
  program
    .command('schema')
    .description('print the JSON Schema of lifeboat.yaml, for editors')
    .option('--layer', 'of a file that is laid over others, or of a cluster in a folder', false)
    .action((flags: { layer: boolean }) =>
      run(async () => (await import('./commands/schema.ts')).runSchema(flags, io)),
    );
}
