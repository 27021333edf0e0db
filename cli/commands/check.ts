/** `lifeboat check -f FILE`: everything that can be known of a configuration before it is deployed, in one report. */
import { writeFile } from 'node:fs/promises';
import { LifeboatError } from '../../contract/errors.ts';
import { EXIT_CODES, type ExitName } from '../../contract/exit-codes.ts';
import { systemWords } from '../../contract/system-words.ts';
import { requireCharts } from '../../generator/check/charts-here.ts';
import { checkCluster } from '../../generator/check/check-cluster.ts';
import { type CheckRow, resultOf } from '../../generator/check/finding.ts';
import { inParallel } from '../../generator/check/in-parallel.ts';
import { junitReport } from '../../generator/check/report/junit.ts';
import { sarifReport } from '../../generator/check/report/sarif.ts';
import { textReport } from '../../generator/check/report/text.ts';
import type { CheckSettings } from '../../generator/check/settings.ts';
import { timed } from '../../generator/check/timed.ts';
import { verdictOf } from '../../generator/check/verdict.ts';
import { type RenderedCluster, renderEach } from '../../generator/clusters.ts';
import { ConfigError } from '../../generator/config/problem.ts';
import { type ConfigInputs, readGivenCharts } from '../../generator/read-input.ts';
import { shellQuote } from '../../generator/render/text.ts';
import type { CliIo } from '../io.ts';

export interface CheckOptions extends ConfigInputs {
  readonly out?: string | undefined;
  readonly against?: string | undefined;
  readonly pull: boolean;
  /** False with --without-charts. */
  readonly withoutCharts: boolean;
  readonly kubeVersion: string;
  readonly schemaLocation?: readonly string[] | undefined;
  readonly requireKubeconform: boolean;
  readonly strict: boolean;
  readonly junit?: string | undefined;
  readonly sarif?: string | undefined;
  readonly json: boolean;
}

interface Configuration {
  /** Those whose configuration is good. */
  readonly clusters: readonly RenderedCluster[];
  /** One row for each other cluster, and one for what is wrong of all. */
  readonly rows: readonly CheckRow[];
}

/** Problems of the configuration are findings like others, so that they stand in the reports, too. */
async function configuration(options: CheckOptions, io: CliIo): Promise<Configuration> {
  const { row, outcome } = await timed('', 'configuration', async () => {
    try {
      return { ...(await renderEach(options, io.stdin)), findings: [] };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { clusters: [], problems: error.problems, findings: [] };
    }
  });
  const { clusters, problems } = outcome;
  const names = [...new Set(problems.flatMap((problem) => problem.clusters ?? ['']))];
  const rows = names.map((cluster) => ({
    ...row,
    cluster,
    findings: problems
      .filter((problem) => (problem.clusters ?? ['']).includes(cluster))
      .map((problem) => ({ ...problem, rule: 'configuration', level: 'error' }) as const),
  }));
  return { clusters, rows };
}

async function settingsOf(options: CheckOptions): Promise<CheckSettings> {
  const { out, against, pull, withoutCharts, requireKubeconform, kubeVersion, schemaLocation = [] } = options;
  const words = [
    ...options.files.flatMap((file) => ['-f', file]),
    ...['-o', out ?? ''],
    ...(options.only ?? []).flatMap((cluster) => ['--only', cluster]),
    ...(options.charts ?? []).flatMap((place) => ['--chart', place]),
  ];
  return {
    charts: await readGivenCharts(options.charts),
    ...{ out, against, pull, requireKubeconform },
    withoutCharts: withoutCharts ? '--without-charts' : undefined,
    kubernetes: kubeVersion,
    schemaLocations: schemaLocation,
    renderCommand: `lifeboat render ${words.map(shellQuote).join(' ')}`,
  };
}

async function writeReport(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new LifeboatError('usage', `${file} cannot be written: ${systemWords(error)}`, { cause: error });
  }
}

function summary(exit: ExitName, rows: readonly CheckRow[]): string {
  const count = rows.flatMap(({ findings }) => findings).length;
  return `lifeboat check found ${count === 1 ? '1 thing' : `${count} things`}: ${EXIT_CODES[exit].meaning}`;
}

function asJson(exit: ExitName, rows: readonly CheckRow[]): string {
  const { code } = EXIT_CODES[exit];
  const checks = rows.map((row) => ({ ...row, result: resultOf(row) }));
  const error = exit === 'ok' ? {} : { error: { code, exit, message: summary(exit, rows) } };
  return `${JSON.stringify({ checks, ...error })}\n`;
}

async function checkAll(
  clusters: readonly RenderedCluster[],
  settings: CheckSettings,
): Promise<readonly CheckRow[]> {
  await requireCharts(clusters, settings);
  return (await inParallel(clusters, (cluster) => checkCluster(cluster, settings))).flat();
}

/** A chart or a program that is missing ends the run; yet it must not hide what is wrong in another cluster. */
async function checkOthers(
  { clusters, rows }: Configuration,
  settings: CheckSettings,
): Promise<readonly CheckRow[]> {
  try {
    return await checkAll(clusters, settings);
  } catch (error) {
    if (rows.length === 0 || !(error instanceof LifeboatError)) throw error;
    const [withoutCharts = ''] = error.message.split('\n');
    return checkAll(clusters, { ...settings, withoutCharts });
  }
}

export async function runCheck(options: CheckOptions, io: CliIo): Promise<number> {
  const found = await configuration(options, io);
  const rows = [...found.rows, ...(await checkOthers(found, await settingsOf(options)))];

  await writeReport(options.junit, junitReport(rows));
  await writeReport(options.sarif, sarifReport(rows));
  const exit = verdictOf(rows, options.strict);
  io.stdout(options.json ? asJson(exit, rows) : textReport(rows));
  return EXIT_CODES[exit].code;
}
