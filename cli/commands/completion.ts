/** `lifeboat completion SHELL`: a script that makes the shell complete commands, flags, files and keys. */
import type { Command } from 'commander';
import { allKeysBelow } from '../../generator/config/schema-keys.ts';
import { bashCompletion } from '../completion/bash.ts';
import { commandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { CliIo } from '../io.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export type Shell = keyof typeof SCRIPTS;

export async function runCompletion(shell: Shell, program: Command, io: CliIo): Promise<void> {
  const keys = allKeysBelow().map(({ path }) => path);
  io.stdout(SCRIPTS[shell](commandTree(program), keys));
}
