/** The chart that lifeboat.yaml names: from `--chart`, else from the built-in table. */
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import { chartNameOf, findOfficialChart, knownCharts, type OfficialChart } from './official-charts.ts';
import { readChart } from './read-chart.ts';

export async function chooseChart(
  { config, source }: LoadedConfig,
  place: string | undefined,
): Promise<OfficialChart> {
  const name = chartNameOf(config.release.chart);
  const { chartVersion } = config.release;
  if (place === undefined) {
    const chart = findOfficialChart(name, chartVersion);
    if (chart !== undefined) return chart;
    const problem = source.at(
      ['release', name === 'vault' || name === 'openbao' ? 'chartVersion' : 'chart'],
      `the chart ${name} ${chartVersion} is not built in; these are: ${knownCharts()}`,
      {
        hint: `Give the chart itself: helm pull ${config.release.chart} --version ${chartVersion}, then render --chart ${name}-${chartVersion}.tgz`,
      },
    );
    throw new ConfigError([problem]);
  }
  const chart = await readChart(place);
  if (chart.version !== chartVersion) {
    throw new ConfigError([
      source.at(
        ['release', 'chartVersion'],
        `release.chartVersion is ${chartVersion}, and --chart ${place} is of version ${chart.version}`,
        { hint: 'Make them equal.' },
      ),
    ]);
  }
  if (name !== chart.name && (name === 'vault' || name === 'openbao')) {
    throw new ConfigError([
      source.at(
        ['release', 'chart'],
        `release.chart is ${config.release.chart}, and --chart ${place} is the chart ${chart.name}`,
      ),
    ]);
  }
  return chart;
}
