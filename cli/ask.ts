/** Asks a person at a terminal, line by line, on standard error: standard output is for what comes of it. */
import { createInterface, type Interface } from 'node:readline';
import { LifeboatError } from '../contract/errors.ts';
import type { CliIo } from './io.ts';

export interface Asked {
  readonly text: string;
  /** What an empty answer means. */
  readonly default?: string | undefined;
  /** Whether something must be said. */
  readonly required: boolean;
  /** What is wrong with an answer, as the end of a sentence. */
  readonly problem: (answer: string) => Promise<string | undefined>;
}

export interface Person {
  /** Undefined where nothing was answered and nothing has to be. */
  ask(question: Asked): Promise<string | undefined>;
  close(): void;
}

/**
 * The terminal edits the line and turns Ctrl-C into a signal, as for every other command. Lines that are pasted ahead
 * of their questions wait for them.
 */
function linesOf(io: CliIo): Interface {
  return createInterface({ input: io.stdin, terminal: false });
}

function isTerminal(stream: NodeJS.ReadableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** True for `y` and `yes`. Where nobody can answer it is no, and nothing is asked. */
export async function agrees(question: string, io: CliIo): Promise<boolean> {
  if (!isTerminal(io.stdin)) return false;
  const lines = linesOf(io);
  try {
    io.stderr(`${question} [y/N] `);
    const line = await lines[Symbol.asyncIterator]().next();
    return line.done !== true && /^y(?:es)?$/i.test(line.value.trim());
  } finally {
    lines.close();
  }
}

export function personAt(io: CliIo): Person {
  const lines = linesOf(io);
  const typed = lines[Symbol.asyncIterator]();
  return {
    async ask({ text, default: usual, required, problem }) {
      const end = usual !== undefined ? ` [${usual}]` : required ? '' : ' (Enter for none)';
      for (;;) {
        io.stderr(`${text}${end}: `);
        const line = await typed.next();
        if (line.done === true) {
          throw new LifeboatError('usage', 'the input ended before all was answered', {
            hint: 'lifeboat init --help',
          });
        }
        const said = line.value.trim();
        if (said === '' && usual !== undefined) return usual;
        if (said === '' && !required) return undefined;
        const wrong = said === '' ? 'must be given' : await problem(said);
        if (wrong === undefined) return said;
        io.stderr(`  ${said === '' ? 'It' : `"${said}"`} ${wrong}.\n`);
      }
    },
    close: () => lines.close(),
  };
}
