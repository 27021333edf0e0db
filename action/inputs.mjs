/** The action's inputs as arguments of lifeboat: each a word of its own, so that none is read by a shell. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROGRAM = path.resolve(fileURLToPath(import.meta.url), '../../dist/lifeboat.cjs');

const lines = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `-f FILE ...` and `--chart PLACE ...` */
export function configFlags({ LIFEBOAT_FILE, LIFEBOAT_CHART }) {
  return [
    ...lines(LIFEBOAT_FILE).flatMap((file) => ['-f', file]),
    ...lines(LIFEBOAT_CHART).flatMap((chart) => ['--chart', chart]),
  ];
}

/** Flags of the user's own. */
export function moreFlags({ LIFEBOAT_ARGS = '' }) {
  return LIFEBOAT_ARGS.split(/\s+/).filter((word) => word !== '');
}

/** Which repository, pull request and API a run is about; undefined where it is about no pull request. */
export function pullRequestOf(event, { GITHUB_REPOSITORY, GITHUB_API_URL }) {
  const { number, base } = event.pull_request ?? {};
  if (number === undefined) return undefined;
  return { api: GITHUB_API_URL, repository: GITHUB_REPOSITORY, number, base: base?.sha };
}
