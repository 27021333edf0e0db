/** The one folder of a run's results, in the checkout and not committed: it is emptied when a run begins. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../../contract/errors.ts';
import { CannotRun } from '../cluster/cluster.ts';
import type { RunResults } from './results.ts';

export const RESULTS = path.resolve(import.meta.dirname, '../../../e2e-results');

const FILE = path.join(RESULTS, 'results.json');

export function emptyResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
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
