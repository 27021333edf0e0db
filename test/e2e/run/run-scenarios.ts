/** The scenarios of a run, one after the other or some at once, until none is left that fits. */
import path from 'node:path';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { Agenda } from './agenda.ts';
import type { KnownScenario } from './known-scenarios.ts';
import { lineOf, type ScenarioResult } from './results.ts';
import { runScenario, type ScenarioSettings, slug } from './scenario-process.ts';

/** How long a scenario may go on after the run's time is over. */
const GRACE = 300;

export interface Plan extends Omit<ScenarioSettings, 'live' | 'limitSeconds'> {
  readonly scenarios: readonly KnownScenario[];
  readonly atOnce: number;
  /** Whether what failed is run once more. */
  readonly again: boolean;
  /** When the run's time began, in milliseconds, and how many seconds it has. */
  readonly began: number;
  readonly seconds: number | undefined;
  tell(text: string): void;
}

export interface Done {
  readonly results: readonly ScenarioResult[];
  readonly leftOut: readonly string[];
}

export async function runScenarios(plan: Plan): Promise<Done> {
  const agenda = new Agenda(plan.scenarios, plan.seconds);
  const results: ScenarioResult[] = [];
  const gone = (): number => (Date.now() - plan.began) / 1000;
  const work = async (): Promise<void> => {
    for (let next = agenda.next(gone()); next !== undefined; next = agenda.next(gone())) {
      plan.signal.throwIfAborted();
      const limitSeconds = plan.seconds === undefined ? undefined : plan.seconds - gone() + GRACE;
      const alone = path.join(plan.cluster.locks, slug(next.name));
      // A node that was kept may have several runs, and a scenario's namespaces are its own.
      const settings = { ...plan, live: plan.atOnce === 1, limitSeconds };
      const result = await withFileLock(alone, async () => {
        const first = await runScenario(next, settings);
        if (first.passed || !plan.again || plan.signal.aborted) return first;
        plan.tell(`${lineOf(first)}: once more`);
        const second = await runScenario(next, settings);
        // What was there at the first failure is the more telling, where the second run went well.
        const { collected = first.collected, ...rest } = second;
        return { ...rest, secondTry: true as const, ...(collected === undefined ? {} : { collected }) };
      });
      plan.signal.throwIfAborted();
      agenda.ended(next, result.seconds);
      results.push(result);
      plan.tell(lineOf(result));
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce }, work));
  return { results, leftOut: agenda.leftOut.map(({ name }) => name) };
}
