/** A question to a person who sits at a terminal. */
import { createInterface } from 'node:readline/promises';
import type { CliIo } from './io.ts';

function isTerminal(stream: NodeJS.ReadableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** True for `y` and `yes`. Where nobody can answer it is no, and nothing is asked. */
export async function agrees(question: string, io: CliIo): Promise<boolean> {
  if (!isTerminal(io.stdin)) return false;
  const lines = createInterface({ input: io.stdin });
  try {
    io.stderr(`${question} [y/N] `);
    return /^y(?:es)?$/i.test((await lines.question('')).trim());
  } finally {
    lines.close();
  }
}
