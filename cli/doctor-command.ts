/** `lifeboat doctor`: looks at a release that runs; with --run-job it makes one Job, and takes it away again. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CHECKS, type CheckName } from '../contract/doctor.ts';
import type { ConfigInputs } from '../generator/read-input.ts';
import { JSON_FLAG, type Run } from './command.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import { addInputs, type InputFlags, inputsOf } from './config-inputs.ts';
import type { CliIo } from './io.ts';

const NAMES = Object.keys(CHECKS) as CheckName[];

function checksOf(text: string): readonly CheckName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !(name in CHECKS));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`${unknown.join(', ')}: these are: ${NAMES.join(', ')}.`);
  return wanted as CheckName[];
}

export function addDoctor(program: Command, io: CliIo, run: Run): void {
  addInputs(program.command('doctor'))
    .description(
      'find what is wrong with a release that runs, and name what mends it: 0 all well, 5 a finding, 7 not everything was seen',
    )
    .option('-o, --out <folder>', 'the rendered folder, which must be what lifeboat.yaml renders now')
    .addOption(
      new Option('--checks <names>', `these checks alone, with commas: ${NAMES.join(', ')}`).argParser(
        checksOf,
      ),
    )
    .option(
      '--run-job',
      "ask from inside, too: make a Job out of the backup's CronJob, read what it says, take it away",
      false,
    )
    .option('--print-job', 'print that Job instead, for somebody who may apply it', false)
    .option('--kube-context <context>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'the kubeconfig')
    .option(...JSON_FLAG, false)
    .action((flags: InputFlags & Omit<DoctorOptions, keyof ConfigInputs>) =>
      run(async () => (await import('./commands/doctor.ts')).runDoctor(inputsOf(flags), io)),
    );
}
