/**
 * `npm run e2e`: the official charts, installed by Helm on a real Kubernetes, lose everything and come back. The cluster
 * is started once; each scenario has a namespace and a process of its own; everything is ended afterwards, also when
 * the run is interrupted, and the next run clears what one that was killed left.
 */
import path from 'node:path';
import { messageOf } from '../../contract/errors.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { chooseCluster } from './cluster/choose-cluster.ts';
import { CannotRun, type Cluster } from './cluster/cluster.ts';
import { kubernetesVersion } from './cluster/kubectl-as.ts';
import { type Arguments, readArguments, USAGE } from './run/arguments.ts';
import { type KnownScenario, knownScenarios } from './run/known-scenarios.ts';
import { emptyResults, RESULTS, readResults, writeResults } from './run/result-folder.ts';
import { closing, type RunResults } from './run/results.ts';
import { runScenarios } from './run/run-scenarios.ts';
import { obtainTools } from './run/scenario-tools.ts';
import { writeTestedPage } from './run/tested-page.ts';

/** Of a run that this machine does not allow: nothing was tested, and nothing failed. */
const LEFT_OUT = 77;
/** How long the end of a cluster takes at most, out of the time that a run has. */
const ENDING = 30;

const began = Date.now();

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work();
  tell(`${what}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

function list(scenarios: readonly KnownScenario[]): string {
  const lines = scenarios.map(
    ({ name, value, seconds }) => `${String(value).padStart(5)}  ${String(seconds).padStart(5)} s  ${name}`,
  );
  return `value     time  scenario\n${lines.join('\n')}\n`;
}

class Interrupted extends Error {}

/** Aborted by Ctrl-C, or when what comes before the scenarios takes the time that they had. */
function interruption(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!controller.signal.aborted) tell(`\n${signal}: ending everything that was started`);
      controller.abort(new Interrupted(`ended by ${signal}`));
    });
  return controller;
}

/** Rejects as soon as the run is interrupted, whatever the work is doing; it begins nothing new by then. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}

/** The cluster with its images. With little time it must not take all of it: what is not built yet takes minutes. */
async function prepare(cluster: Cluster, { seconds }: Arguments, controller: AbortController): Promise<void> {
  const { signal } = controller;
  const why = new CannotRun(
    'what comes before the scenarios takes all the time that there is',
    'run it again: what was built is kept; or give more with --budget',
    'here',
  );
  const limit = seconds === undefined ? undefined : began + (seconds - ENDING) * 1000 - Date.now();
  const timer = limit === undefined ? undefined : setTimeout(() => controller.abort(why), Math.max(limit, 0));
  try {
    await timed('tools are there', () => obtainTools(signal));
    const kubectl = path.dirname((await findTool('kubectl')).path);
    process.env.PATH = `${process.env.PATH ?? ''}:${kubectl}`;
    await timed(`${cluster.title} is up`, () => cluster.start(signal));
    await timed('images are there', () => cluster.prepareImages());
  } finally {
    clearTimeout(timer);
  }
}

async function runOn(
  cluster: Cluster,
  scenarios: readonly KnownScenario[],
  args: Arguments,
  signal: AbortSignal,
): Promise<RunResults> {
  const where = await cluster.surroundings();
  const kubernetes = await kubernetesVersion(cluster);
  const possible = scenarios.filter(({ needs = where.cluster }) => needs === where.cluster);
  const elsewhere = scenarios.filter((one) => !possible.includes(one)).map(({ name }) => name);
  const { results, leftOut } = await runScenarios({
    scenarios: possible,
    cluster,
    where,
    folder: RESULTS,
    keep: args.keep,
    atOnce: args.atOnce,
    again: args.again,
    began,
    seconds: args.seconds === undefined ? undefined : args.seconds - ENDING,
    signal,
    tell,
  });
  const images = where.images === undefined ? 'stand-ins' : 'registry';
  return {
    cluster: where.cluster,
    kubernetes,
    images,
    scenarios: results,
    leftOut: [...elsewhere, ...leftOut],
  };
}

async function run(args: Arguments, scenarios: readonly KnownScenario[]): Promise<number> {
  const controller = interruption();
  const { signal } = controller;
  const cluster = await chooseCluster({ wanted: args.on, reuse: args.reuse });
  emptyResults();
  let journal = false;
  try {
    await unlessAborted(signal, prepare(cluster, args, controller));
    journal = true;
    const results = await unlessAborted(signal, runOn(cluster, scenarios, args, signal));
    journal = results.scenarios.some(({ passed }) => !passed);
    writeResults(results);
    const names = scenarios.map(({ name }) => name);
    if (args.writeTable) writeTestedPage([results], names);
    process.stdout.write(`\n${closing(results)}\n`);
    if (results.scenarios.length === 0) return LEFT_OUT;
    return journal ? 1 : 0;
  } finally {
    if (journal) await keepJournal(cluster);
    if (args.keep) tell(`the cluster is kept; reach it with\n  ${cluster.howToReach()}`);
    else await timed('everything is ended', () => cluster.end());
  }
}

async function keepJournal(cluster: Cluster): Promise<void> {
  const folder = path.join(RESULTS, 'journal');
  try {
    await cluster.collectJournal(folder);
    tell(`the logs of the cluster's daemons: ${folder}`);
  } catch (error) {
    tell(`the logs of the cluster's daemons cannot be had: ${messageOf(error)}`);
  }
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { pattern } = args;
  const known = await knownScenarios();
  if (args.resultFiles.length > 0) {
    const names = known.map(({ name }) => name);
    writeTestedPage(args.resultFiles.map(readResults), names);
    return 0;
  }
  const scenarios = known.filter(({ name }) => pattern?.test(name) ?? true);
  if (args.list) {
    process.stdout.write(list(scenarios));
    return 0;
  }
  if (scenarios.length === 0)
    throw new CannotRun(
      `no scenario has a name that matches ${pattern?.source ?? ''}`,
      'npm run e2e -- --list',
    );
  return await run(args, scenarios);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  if (error instanceof ToolMissing) return LEFT_OUT;
  if (error instanceof CannotRun) return error.fault === 'here' ? LEFT_OUT : 2;
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  tell(messageOf(error));
  if (error instanceof CannotRun) tell(`  next: ${error.next}`);
  process.exitCode = exitCodeOf(error);
}
// What an interrupted start was still waiting for keeps nobody.
process.exit();
