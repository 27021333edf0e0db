/** What came out of a run: a file for programs, and for the table of what was tested. */
import type { Fact } from '../facts.ts';

export interface Step {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
}

export interface ScenarioResult {
  readonly name: string;
  readonly passed: boolean;
  /** It failed at first, and these are the results of its second run. */
  readonly secondTry?: true;
  readonly seconds: number;
  readonly steps: readonly Step[];
  readonly facts: readonly Fact[];
  /** What was there when it failed. */
  readonly collected?: string;
}

export interface RunResults {
  readonly cluster: string;
  /** Of the API server. */
  readonly kubernetes: string;
  /** Where the images came from, in words. */
  readonly images: 'stand-ins' | 'registry';
  readonly scenarios: readonly ScenarioResult[];
  readonly leftOut: readonly string[];
}

/** One line, right after a scenario ended. */
export function lineOf({ name, passed, seconds, secondTry }: ScenarioResult): string {
  const again = secondTry === true ? ', the second time' : '';
  return `${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(5)} s  ${name}${again}`;
}

/** The end of the run: all by name, what was left out, and how many. */
export function closing({ scenarios, leftOut }: Pick<RunResults, 'scenarios' | 'leftOut'>): string {
  const byTime = scenarios.toSorted((a, b) => b.seconds - a.seconds || a.name.localeCompare(b.name));
  const failed = scenarios.filter(({ passed }) => !passed);
  const ratios = scenarios.flatMap(({ facts }) =>
    facts.flatMap((fact) => (fact.kind === 'measurement' ? [`${fact.what}: ${ratioText(fact.ratios)}`] : [])),
  );
  return [
    ...byTime.map(lineOf),
    ...leftOut.map((name) => `left out          ${name}`),
    ...ratios,
    ...scenarios
      .filter(({ collected }) => collected !== undefined)
      .flatMap(({ name, collected }) =>
        collected === undefined ? [] : [`what was there when "${name}" failed: ${collected}`],
      ),
    `${scenarios.length - failed.length} passed, ${failed.length} failed${leftOut.length === 0 ? '' : `, ${leftOut.length} left out`}`,
  ].join('\n');
}

/** Median, lowest and highest. */
export function ratioText(ratios: readonly number[]): string {
  const sorted = ratios.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  return `${median.toFixed(2)} (${(sorted[0] ?? 0).toFixed(2)} to ${(sorted.at(-1) ?? 0).toFixed(2)})`;
}
