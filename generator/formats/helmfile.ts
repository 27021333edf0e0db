/** helmfile/helmfile.yaml: both releases, neither of which needs the other. */
import { repositoryOf } from '../render/runbook-commands.ts';
import { yamlText } from '../render/yaml-text.ts';
import type { Format } from './format.ts';
import { officialChart } from './official-chart.ts';
import { CHART_FOLDER, fromFolder, serverValues } from './places.ts';

const FOLDER = 'helmfile';

export const helmfile: Format = {
  refersByPath: true,
  needs: ['chart'],
  files: ({ plan, places }) => {
    const { release, backup } = plan.config;
    const { url, oci, name, version } = officialChart(plan.config);
    const repository = repositoryOf(release.chart) || name;
    const here = (target: string): string => fromFolder(FOLDER, places, target);
    const data = {
      repositories: [{ name: repository, url, ...(oci ? { oci: true } : {}) }],
      helmDefaults: { createNamespace: true, wait: false },
      releases: [
        {
          name: release.name,
          namespace: release.namespace,
          chart: `${repository}/${name}`,
          version,
          values: serverValues(places).map(here),
        },
        {
          name: plan.names.lifeboat,
          namespace: backup.namespace,
          chart: here(CHART_FOLDER),
          values: [here('lifeboat-values.yaml')],
        },
      ],
    };
    const rbac = plan.restore === undefined ? '' : '\nBefore the first time: kubectl apply -f ../rbac.yaml';
    const text = yamlText(data, `${plan.header}${rbac}`, [
      {
        path: ['helmDefaults', 'wait'],
        text: 'A server that waits for its shares is not ready, and that is no failed release.',
      },
      { path: ['releases', 0, 'values'], text: 'Your own values first, then those of lifeboat.' },
    ]);
    return [{ name: `${FOLDER}/helmfile.yaml`, text }];
  },
};
