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
  /** The clusters of a fleet that have this problem; absent where there is no fleet. */
  readonly clusters?: readonly string[];
}

/** More names than these help nobody on a terminal; `--json` has them all. */
const NAMES_SHOWN = 3;

/** `cluster eu: `, `clusters eu, us: `, `clusters ap, eu, us and 4 more: ` */
function clustersText(clusters: readonly string[] = []): string {
  if (clusters.length === 0) return '';
  const more = clusters.length - NAMES_SHOWN;
  const shown = clusters.slice(0, NAMES_SHOWN).join(', ');
  return `cluster${clusters.length > 1 ? 's' : ''} ${shown}${more > 0 ? ` and ${more} more` : ''}: `;
}

/** What was seen, and in which clusters of a fleet. */
export function toldOf({ clusters, message }: Problem): string {
  return `${clustersText(clusters)}${message}`;
}

/** What several clusters have in common (a slip in what they share) is told once, with their names. */
export function groupedByCluster<T extends Problem>(problems: readonly T[]): readonly T[] {
  const groups = new Map<string, T>();
  for (const problem of problems) {
    const { clusters = [], ...rest } = problem;
    const key = JSON.stringify(rest);
    const same = groups.get(key)?.clusters ?? [];
    const all = [...same, ...clusters.filter((name) => !same.includes(name))];
    groups.set(key, all.length === 0 ? problem : { ...problem, clusters: all });
  }
  return [...groups.values()];
}

/** `file:line:column: message`, the line with a pointer under it, and the way out. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const lines = [`${place}: ${toldOf(problem)}`];
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
  if (problem.hint !== undefined) lines.push(problem.hint.replaceAll(/^(?!$)/gm, '  '));
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
