/** Which configuration a command is about: the same flags for each command that reads one. */
import { type Command, Option } from 'commander';
import type { ConfigInputs } from '../generator/read-input.ts';

export interface InputFlags {
  readonly file: readonly string[];
  readonly only?: readonly string[];
  readonly chart?: readonly string[];
}

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] = []) => [
    ...before,
    value,
  ]);
}

export function addInputs(command: Command): Command {
  return command
    .addOption(
      repeatable(
        '-f, --file <file>',
        'lifeboat.yaml, or - for standard input; given again, a layer over it; a fleet by its file or folder',
      ).makeOptionMandatory(),
    )
    .addOption(repeatable('--only <cluster>', 'this cluster of a fleet alone; may be given again'))
    .addOption(
      repeatable(
        '--chart <path>',
        'folder or .tgz of the official chart, for a version that is not built in; may be given again',
      ),
    );
}

export function inputsOf<T extends InputFlags>({
  file,
  only,
  chart,
  ...more
}: T): ConfigInputs & Omit<T, keyof InputFlags> {
  return { ...more, files: file, only, charts: chart };
}
