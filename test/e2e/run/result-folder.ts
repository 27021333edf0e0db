/** The one folder of a run's results, not committed: it is emptied when a run begins. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../../contract/errors.ts';
import { CannotRun } from '../cluster/cluster.ts';
import type { RunResults } from './results.ts';

const IN_CHECKOUT = path.resolve(import.meta.dirname, '../../../e2e-results');
export const RESULTS = path.resolve(process.env.LIFEBOAT_E2E_RESULTS ?? IN_CHECKOUT);

const FILE = path.join(RESULTS, 'results.json');
/** Stands in every folder that a run made for its results. */
const MARK = '.lifeboat-e2e';

/** Takes away what an earlier run left in it. A folder that a person named and no run made is not touched. */
export function emptyResults(folder = RESULTS): void {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder);
  if (names.length > 0 && folder !== IN_CHECKOUT && !names.includes(MARK))
    throw new CannotRun(
      `${folder} holds files that no run made, and a run empties its folder of results`,
      'name another folder in LIFEBOAT_E2E_RESULTS',
    );
  for (const name of names) rmSync(path.join(folder, name), { recursive: true, force: true });
  writeFileSync(path.join(folder, MARK), '');
}

export function writeResults(results: RunResults): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

export function readResults(file: string): RunResults {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunResults;
  } catch (error) {
    throw new CannotRun(
      `${file} holds no results of a run: ${messageOf(error)}`,
      'give the results.json of a run',
    );
  }
}
