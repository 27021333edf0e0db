/** `lifeboat plan -f FILE --out DIR | --live`: what would change, without changing it. */
import type { ClusterTarget } from '../../cluster/target.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { type RenderedCluster, renderClusters } from '../../generator/clusters.ts';
import { compareFolder } from '../../generator/compare/folder.ts';
import { type Compared, compareLive } from '../../generator/compare/live.ts';
import { ConfigError } from '../../generator/config/problem.ts';
import { type ConfigInputs, readGivenCharts } from '../../generator/read-input.ts';
import type { CliIo } from '../io.ts';
import { planText } from '../plan-text.ts';
import { reportError } from '../report-error.ts';

export interface PlanOptions extends ConfigInputs, ClusterTarget {
  readonly out?: string | undefined;
  readonly live: boolean;
  readonly namespace?: string | undefined;
  readonly kubeVersion: string;
  /** Whether helm may fetch the official chart. */
  readonly pull: boolean;
  readonly exitCode: boolean;
  readonly json: boolean;
}

async function live(options: PlanOptions, clusters: readonly RenderedCluster[]): Promise<Compared> {
  const { kubeContext, kubeconfig, namespace, kubeVersion, pull } = options;
  const charts = await readGivenCharts(options.charts);
  const settings = { target: { kubeContext, kubeconfig }, namespace, kubernetes: kubeVersion, pull, charts };
  const all: Compared[] = [];
  for (const cluster of clusters) all.push(await compareLive(cluster, settings));
  return {
    changes: all.flatMap(({ changes }) => changes),
    effects: all.flatMap(({ effects }) => effects),
    problems: all.flatMap(({ problems }) => problems),
    notes: all.flatMap(({ notes }) => notes),
  };
}

async function compare(options: PlanOptions, clusters: readonly RenderedCluster[]): Promise<Compared> {
  if (options.live) return live(options, clusters);
  const whole = options.only === undefined;
  const again = { charts: await readGivenCharts(options.charts), pull: options.pull };
  return { ...(await compareFolder(options.out ?? '', clusters, whole, again)), problems: [], notes: [] };
}

export async function runPlan(options: PlanOptions, io: CliIo): Promise<number> {
  if ((options.out === undefined) === !options.live) {
    throw new LifeboatError('usage', 'plan compares with one thing: a rendered folder, or what runs', {
      hint: 'Say --out FOLDER, or --live.',
    });
  }
  const clusters = await renderClusters(options, io.stdin);
  const compared = await compare(options, clusters);
  const warnings = [...clusters.flatMap((cluster) => cluster.warnings), ...compared.notes];
  const { changes, effects, problems } = compared;
  const refused = problems.length === 0 ? undefined : new ConfigError(problems);
  if (options.json) {
    const told = { changes, effects, warnings };
    if (refused === undefined) io.stdout(`${JSON.stringify(told)}\n`);
    else return reportError(refused, true, io, told);
  } else {
    for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
    io.stdout(planText(compared, io.colour === true));
    if (refused !== undefined) return reportError(refused, false, io);
  }
  return options.exitCode && changes.length > 0 ? EXIT_CODES.drift.code : EXIT_CODES.ok.code;
}
