/** One scenario in a process of its own, in the cluster's network; it and all that it started end with the run. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { testEnvironment } from '../../../scripts/test-environment.mjs';
import type { Cluster } from '../cluster/cluster.ts';
import { FAILURE_VARIABLE } from '../collect.ts';
import { FACTS_VARIABLE, type Fact } from '../facts.ts';
import { ONLY_VARIABLE } from '../scenario.ts';
import { environmentOf, type Surroundings } from '../surroundings.ts';
import type { KnownScenario } from './known-scenarios.ts';
import type { ScenarioResult, Step } from './results.ts';

export interface ScenarioSettings {
  readonly cluster: Cluster;
  readonly where: Surroundings;
  /** Of the results. */
  readonly folder: string;
  readonly keep: boolean;
  /** Its words as they come; else all at its end, so that two of them do not mix. */
  readonly live: boolean;
  readonly signal: AbortSignal;
  /** It is killed then: a run must end. */
  readonly limitSeconds: number | undefined;
}

/** Its name as one of a file. */
export const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

function linesOf<T>(file: string): readonly T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

const REPORTER = path.join(import.meta.dirname, 'step-reporter.ts');

function command(scenario: KnownScenario, steps: string): readonly string[] {
  return [
    ...[process.execPath, '--import', 'tsx'],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${steps}`],
    scenario.file,
  ];
}

export async function runScenario(
  scenario: KnownScenario,
  settings: ScenarioSettings,
): Promise<ScenarioResult> {
  const { cluster, live, signal } = settings;
  const collected = path.join(settings.folder, slug(scenario.name));
  // On the cluster's own folder: what a scenario leaves in it goes away with the cluster.
  const scratch = path.join(cluster.scratch, slug(scenario.name));
  await mkdir(scratch, { recursive: true });
  const [steps, facts] = [path.join(scratch, 'steps.jsonl'), path.join(scratch, 'facts.jsonl')];
  const [program = '', ...args] = [...cluster.enter, ...command(scenario, steps)];
  const start = Date.now();
  const child = spawn(program, args, {
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    // A group of its own: the servers that it started are ended with it.
    detached: true,
    env: {
      ...testEnvironment(),
      ...environmentOf(settings.where),
      KUBECONFIG: cluster.kubeconfig,
      LIFEBOAT_TOOLS_AS_THEY_ARE: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      TMPDIR: scratch,
      [ONLY_VARIABLE]: scenario.name,
      [FACTS_VARIABLE]: facts,
      [FAILURE_VARIABLE]: collected,
      LIFEBOAT_E2E_KEEP: String(settings.keep),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', kill, { once: true });
  const { limitSeconds } = settings;
  const timer = limitSeconds === undefined ? undefined : setTimeout(kill, limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  kill();
  process.stdout.write(said);
  const done = linesOf<Step>(steps);
  const result: ScenarioResult = {
    name: scenario.name,
    passed: code === 0 && done.some(({ outcome }) => outcome === 'passed'),
    seconds: (Date.now() - start) / 1000,
    steps: done,
    facts: linesOf<Fact>(facts),
    ...(existsSync(collected) ? { collected } : {}),
  };
  await rm(scratch, { recursive: true, force: true });
  return result;
}
