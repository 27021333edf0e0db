/** What can be completed, read from commander's own commands as their help shows them: it cannot go stale. */
import type { Argument, Command, Option } from 'commander';

/** What stands for a value: files, folders, keys of lifeboat.yaml, one of a few words, or nothing that is known. */
export type ValueKind = 'files' | 'folders' | 'keys' | readonly string[] | 'anything';

export interface CompletedOption {
  /** `-f`, `--file` */
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent where the option takes no value. */
  readonly value?: ValueKind;
  readonly repeatable: boolean;
}

export interface CompletedCommand {
  /** The words after `lifeboat`: [], ['render'], ['keys', 'check']. */
  readonly words: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly { readonly name: string; readonly kind: ValueKind }[];
  readonly commands: readonly CompletedCommand[];
}

/** The word that a flag or an argument shows for its value says what it is. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  file: 'files',
  path: 'files',
  snapshot: 'files',
  folder: 'folders',
  key: 'keys',
};

function optionOf(option: Option): CompletedOption {
  const word = /[<[]([\w-]+)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1];
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  return {
    flags,
    description: option.description,
    ...(word === undefined ? {} : { value: option.argChoices ?? KINDS[word] ?? 'anything' }),
    repeatable: option.parseArg !== undefined && option.argChoices === undefined,
  };
}

function argumentOf(argument: Argument): CompletedCommand['arguments'][number] {
  const name = argument.name();
  return { name, kind: argument.argChoices ?? KINDS[name] ?? 'anything' };
}

/** The tree below a command, hidden commands and options left out. */
export function commandTree(command: Command, words: readonly string[] = []): CompletedCommand {
  const help = command.createHelp();
  return {
    words,
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map(argumentOf),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map((child) => commandTree(child, [...words, child.name()])),
  };
}

/** A command and all below it. */
export function everyCommand(tree: CompletedCommand): readonly CompletedCommand[] {
  return [tree, ...tree.commands.flatMap(everyCommand)];
}
