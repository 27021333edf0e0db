/** One row of the summary: the work of a check, with the time that it took. */
import type { CheckRow, Finding } from './finding.ts';

export interface Outcome {
  readonly findings?: readonly Finding[];
  readonly skipped?: string;
}

export async function timed<T extends Outcome>(
  cluster: string,
  check: string,
  work: () => Promise<T> | T,
): Promise<{ readonly row: CheckRow; readonly outcome: T }> {
  const start = performance.now();
  const outcome = await work();
  const milliseconds = Math.round(performance.now() - start);
  const { findings = [], skipped } = outcome;
  return {
    row: { cluster, check, findings, milliseconds, ...(skipped === undefined ? {} : { skipped }) },
    outcome,
  };
}
