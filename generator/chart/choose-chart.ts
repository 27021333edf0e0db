/** The chart that lifeboat.yaml names: one of `--chart`, else of the built-in table. */
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import { chartNameOf, findOfficialChart, knownCharts, type OfficialChart } from './official-charts.ts';

/** A chart as `--chart` gives it. */
export interface GivenChart {
  readonly place: string;
  readonly chart: OfficialChart;
}

/** A folder or a registry may name an official chart as it likes. */
function isOfficial(name: string): boolean {
  return name === 'vault' || name === 'openbao';
}

function fits({ config: { release } }: LoadedConfig, { chart }: GivenChart): boolean {
  const name = chartNameOf(release.chart);
  return chart.version === release.chartVersion && (chart.name === name || !isOfficial(name));
}

/** Why the one chart that is given is not the one that is named. */
function mismatch({ config: { release }, source }: LoadedConfig, { place, chart }: GivenChart): Problem {
  if (chart.version !== release.chartVersion) {
    return source.at(
      ['release', 'chartVersion'],
      `release.chartVersion is ${release.chartVersion}, and --chart ${place} is of version ${chart.version}`,
      { hint: 'Make them equal.' },
    );
  }
  return source.at(
    ['release', 'chart'],
    `release.chart is ${release.chart}, and --chart ${place} is the chart ${chart.name}`,
  );
}

/**
 * Pure. A cluster of a fleet that no given chart fits takes a built-in one; one that is `alone` was meant by the one
 * chart that is given.
 */
export function chooseChart(
  loaded: LoadedConfig,
  given: readonly GivenChart[],
  alone: boolean,
): OfficialChart {
  const { config, source } = loaded;
  const found = given.find((candidate) => fits(loaded, candidate));
  if (found !== undefined) return found.chart;
  const [only, ...more] = given;
  if (alone && only !== undefined && more.length === 0) throw new ConfigError([mismatch(loaded, only)]);

  const name = chartNameOf(config.release.chart);
  const { chartVersion } = config.release;
  const chart = findOfficialChart(name, chartVersion);
  if (chart !== undefined) return chart;
  const seen = given.map((candidate) => `${candidate.chart.name} ${candidate.chart.version}`).join(', ');
  throw new ConfigError([
    source.at(
      ['release', isOfficial(name) ? 'chartVersion' : 'chart'],
      `the chart ${name} ${chartVersion} is not built in; these are: ${knownCharts()}${seen === '' ? '' : `; given with --chart: ${seen}`}`,
      {
        hint: `Give the chart itself: helm pull ${config.release.chart} --version ${chartVersion}, then give --chart ${name}-${chartVersion}.tgz`,
      },
    ),
  ]);
}
