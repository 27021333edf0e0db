/**
 * kustomize/: a kustomization for each of the two charts, and one for both with rbac.yaml. kustomize keeps to files
 * below a kustomization unless told otherwise, and the values stand above: --load-restrictor LoadRestrictionsNone.
 */
import { KUBERNETES_VERSION } from '../chart/kubernetes-version.ts';
import type { RenderedFile } from '../render/file.ts';
import { yamlText } from '../render/yaml-text.ts';
import type { Format, FormatInput } from './format.ts';
import { officialChart } from './official-chart.ts';
import { CHART_FOLDER, fromFolder, serverValues } from './places.ts';

const FOLDER = 'kustomize';
const BUILD = 'kustomize build --enable-helm --load-restrictor LoadRestrictionsNone';

function kustomization(folder: string, { plan }: FormatInput, data: object): RenderedFile {
  const whole = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...data };
  const text = yamlText(whole, `${plan.header}\n${BUILD} ${folder}`);
  return { name: `${folder}/kustomization.yaml`, text };
}

/** Values in their order: the first one has a key of its own. */
function valuesKeys([first, ...more]: readonly string[]): object {
  return { valuesFile: first, ...(more.length === 0 ? {} : { additionalValuesFiles: more }) };
}

function server(input: FormatInput): RenderedFile {
  const folder = `${FOLDER}/server`;
  const { release } = input.plan.config;
  const { url, oci, name, version } = officialChart(input.plan.config);
  const chart = {
    name,
    repo: oci ? `oci://${url}` : url,
    version,
    releaseName: release.name,
    namespace: release.namespace,
    ...valuesKeys(serverValues(input.places).map((file) => fromFolder(folder, input.places, file))),
    kubeVersion: KUBERNETES_VERSION,
    skipTests: true,
  };
  return kustomization(folder, input, { helmCharts: [chart] });
}

function backup(input: FormatInput): RenderedFile {
  const folder = `${FOLDER}/backup`;
  const { plan, places } = input;
  const chartHome = fromFolder(folder, places, CHART_FOLDER.split('/')[0] ?? '');
  const chart = {
    name: CHART_FOLDER.split('/')[1],
    releaseName: plan.names.lifeboat,
    namespace: plan.config.backup.namespace,
    valuesFile: fromFolder(folder, places, 'lifeboat-values.yaml'),
    kubeVersion: KUBERNETES_VERSION,
  };
  return kustomization(folder, input, { helmGlobals: { chartHome }, helmCharts: [chart] });
}

export const kustomize: Format = {
  refersByPath: true,
  needs: ['chart'],
  files: (input) => {
    const rbac = input.plan.restore === undefined ? [] : ['../rbac.yaml'];
    const resources = [...rbac, 'server', 'backup'];
    return [kustomization(FOLDER, input, { resources }), server(input), backup(input)];
  },
};
