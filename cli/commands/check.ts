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
import { type RenderedCluster, renderClusters } from '../../generator/clusters.ts';
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
  readonly clusters: readonly RenderedCluster[];
  readonly row: CheckRow;
}

/** Problems of the configuration are findings like others, so that they stand in the reports, too. */
async function configuration(options: CheckOptions, io: CliIo): Promise<Configuration> {
  const { row, outcome } = await timed('', 'configuration', async () => {
    try {
      return { clusters: await renderClusters(options, io.stdin), findings: [] };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const rule = 'configuration';
      return {
        clusters: [],
        findings: error.problems.map((one) => ({ ...one, rule, level: 'error' }) as const),
      };
    }
  });
  return { row, clusters: outcome.clusters };
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
    ...{ out, against, pull, withoutCharts, requireKubeconform },
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

export async function runCheck(options: CheckOptions, io: CliIo): Promise<number> {
  const { clusters, row } = await configuration(options, io);
  const rows: CheckRow[] = clusters.length === 0 ? [row] : [];
  const settings = await settingsOf(options);
  await requireCharts(clusters, settings);
  const checked = await inParallel(clusters, (cluster) => checkCluster(cluster, settings));
  rows.push(...checked.flat());

  await writeReport(options.junit, junitReport(rows));
  await writeReport(options.sarif, sarifReport(rows));
  const exit = verdictOf(rows, options.strict);
  io.stdout(options.json ? asJson(exit, rows) : textReport(rows));
  return EXIT_CODES[exit].code;
}
