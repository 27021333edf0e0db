/** Commands for whoever writes lifeboat.yaml and types commands; none of them needs a configuration. */
import { Argument, type Command } from 'commander';
import { JSON_FLAG, type Run } from './command.ts';
import type { Shell } from './commands/completion.ts';
import { addInit } from './init-command.ts';
import type { CliIo } from './io.ts';

export function addAuthoring(program: Command, io: CliIo, run: Run): void {
  addInit(program, io, run);
  program
    .command('explain')
    .description('say what a key of lifeboat.yaml means: type, default, allowed values, keys below')
    .argument('[key]', 'such as restore.whenNoSnapshot; without it the top level', '')
    .option('--recursive', 'all keys below, not only the next ones', false)
    .option(...JSON_FLAG, false)
    .action((key: string, flags: { recursive: boolean; json: boolean }) =>
      run(async () => (await import('./commands/explain.ts')).runExplain(key, flags, io)),
    );
  program
    .command('completion')
    .description('print a script that makes your shell complete commands, flags, files and keys')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: Shell) =>
      run(async () => (await import('./commands/completion.ts')).runCompletion(shell, program, io)),
    );
}
