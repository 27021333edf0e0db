/** One thing that is wrong in a file of the user's, and the error that carries all of them at once. */
import { LifeboatError } from '../../contract/errors.ts';

export interface Problem {
  readonly file: string;
  /** From 1; absent where no single line is to blame. */
  readonly line?: number;
  readonly column?: number;
  /** The line of the file, for the pointer under it. */
  readonly source?: string;
  /** How many characters the pointer is wide. */
  readonly width?: number;
  /** What was seen and what was expected. */
  readonly message: string;
  /** What to change. */
  readonly hint?: string;
}

/** `file:line:column: message`, the line with a pointer under it, and the way out. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const lines = [`${place}: ${problem.message}`];
  if (problem.source !== undefined && problem.line !== undefined) {
    const number = String(problem.line);
    const column = (problem.column ?? 1) - 1;
    // A tab in the line must stand in the pointer's line too, or the pointer is off.
    const indent = problem.source.slice(0, column).replaceAll(/[^\t]/g, ' ');
    const width = Math.max(1, Math.min(problem.width ?? 1, problem.source.length - column));
    lines.push(
      `  ${number} | ${problem.source}`,
      `  ${' '.repeat(number.length)} | ${indent}${'^'.repeat(width)}`,
    );
  }
  if (problem.hint !== undefined) lines.push(`  ${problem.hint}`);
  return lines.join('\n');
}

/** Every problem of one run. `problems` is for `--json`; the message holds them all for people. */
export class ConfigError extends LifeboatError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('config', `${count} in the configuration:\n${problems.map(formatProblem).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
