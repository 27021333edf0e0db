/** `lifeboat ...` lines in shell blocks, and what the built program's help knows. */

import path from 'node:path';
import { execa } from 'execa';
import { type Block, ROOT } from './markdown.ts';

export const PROGRAM = path.join(ROOT, 'dist/lifeboat.cjs');

interface CommandLine {
  readonly place: string;
  /** Without `lifeboat` itself. */
  readonly words: readonly string[];
}

const CALL = /^\s*(?:lifeboat|npm run -s lifeboat --|node dist\/lifeboat\.cjs)\s+(?<rest>.*)$/;

/** Every call in a block, one a line; a backslash at a line's end continues it. */
export function callsOf(block: Block): readonly CommandLine[] {
  return block.text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => CALL.exec(line)?.groups?.rest ?? [])
    .map((rest) => ({
      place: `${block.page}:${block.line}`,
      words: rest
        .replace(/\s#.*$/, '')
        .replace(/\s+(?:\d?>|\|).*$/, '')
        .split(/\s+/)
        .filter((word) => word !== ''),
    }));
}

const helps = new Map<string, Promise<string>>();

function helpOf(command: readonly string[]): Promise<string> {
  const id = command.join(' ');
  const known = helps.get(id);
  if (known !== undefined) return known;
  const help = execa(process.execPath, [PROGRAM, ...command, '--help']).then(({ stdout }) => stdout);
  helps.set(id, help);
  return help;
}

function entriesOf(help: string, section: 'Commands' | 'Options'): readonly string[] {
  const lines = help.split(`\n${section}:\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];
  return lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim());
}

async function commandsOf(command: readonly string[]): Promise<readonly string[]> {
  return entriesOf(await helpOf(command), 'Commands').map((entry) => entry.split(/[\s[<]/)[0] ?? '');
}

/** Flags of a command with the word that stands for their value, where they take one. */
async function flagsOf(command: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const flags = new Map<string, boolean>();
  for (const entry of entriesOf(await helpOf(command), 'Options')) {
    const form = entry.split(/\s{2,}/)[0] ?? '';
    for (const flag of form.match(/(?<=^|[\s,])--?[A-Za-z][\w-]*/g) ?? []) flags.set(flag, /<.+>/.test(form));
  }
  return flags;
}

/** What of a call the program does not know; undefined where all is well. */
export async function unknownIn({ words }: CommandLine): Promise<string | undefined> {
  const command: string[] = [];
  let rest = [...words];
  for (;;) {
    const commands = await commandsOf(command);
    const next = rest[0];
    if (commands.length === 0) break;
    if (next === undefined || next.startsWith('-')) break;
    if (!commands.includes(next)) return `there is no command ${[...command, next].join(' ')}`;
    command.push(next);
    rest = rest.slice(1);
  }
  const flags = await flagsOf(command);
  const plain: string[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? '';
    if (word.startsWith('-') && word !== '-') {
      const takesValue = flags.get(word);
      if (takesValue === undefined) return `${command.join(' ')} has no ${word}`;
      if (takesValue && rest[++i] === undefined) return `${word} has no value`;
    } else plain.push(word);
  }
  const usage = (await helpOf(command)).split('\n')[0] ?? '';
  const wanted = (usage.match(/<[^>]+>/g) ?? []).length;
  const possible = (usage.match(/\[(?!options\]|command\])[^\]]+\]/g) ?? []).length;
  if (command.length > 0 && (plain.length < wanted || plain.length > wanted + possible))
    return `${command.join(' ')} takes ${wanted} to ${wanted + possible} arguments, and here are ${plain.length}`;
  return undefined;
}
