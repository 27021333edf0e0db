/**
 * flux/: one kustomization for Flux with a HelmRelease for each chart. Neither depends on the other. Flux allows files
 * above a kustomization, so the values are read where they stand.
 */
import type { Gitops } from '../config/gitops.ts';
import type { RenderedFile } from '../render/file.ts';
import { yamlText } from '../render/yaml-text.ts';
import { fluxRelease, fluxServerChart, KEPT, type ServerChart } from './flux-objects.ts';
import type { Format, FormatInput } from './format.ts';
import { CHART_FOLDER, fromFolder, inRepository, serverValues } from './places.ts';

const FOLDER = 'flux';
const NAME_REFERENCES = 'name-references.yaml';

interface ValuesMap {
  readonly name: string;
  readonly namespace: string;
  /** Keys in the order in which later ones win, each with the path of its file. */
  readonly files: ReadonlyMap<string, string>;
}

function valuesMap(
  input: FormatInput,
  release: string,
  namespace: string,
  files: readonly string[],
): ValuesMap {
  const named = files.map((file, index): [string, string] => {
    const base = (file.split('/').at(-1) ?? '').replaceAll(/[^-._a-zA-Z0-9]/g, '-');
    return [files.length === 1 ? base : `${index}-${base}`, fromFolder(FOLDER, input.places, file)];
  });
  return { name: `${release}-values`, namespace, files: new Map(named) };
}

/** Namespaces that somebody else brings stay theirs, and none is ever removed. */
function namespaces({ plan: { config } }: FormatInput): readonly object[] {
  const names = new Set([config.release.namespace, config.backup.namespace]);
  return [...names].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, annotations: { ...KEPT, 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } },
  }));
}

function serverChart(input: FormatInput): ServerChart {
  const { release } = input.plan.config;
  return fluxServerChart(input.plan.config, `${release.name}-chart`);
}

function kustomization(input: FormatInput, maps: readonly ValuesMap[]): RenderedFile {
  const { plan } = input;
  const data = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [
      'namespaces.yaml',
      ...(plan.restore === undefined ? [] : ['../rbac.yaml']),
      'server.yaml',
      'backup.yaml',
    ],
    configMapGenerator: maps.map(({ name, namespace, files }) => ({
      name,
      namespace,
      files: [...files].map(([key, file]) => `${key}=${file}`),
    })),
    generatorOptions: { annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
    configurations: [NAME_REFERENCES],
  };
  const text = yamlText(
    data,
    `${plan.header}\nkustomize build --load-restrictor LoadRestrictionsNone ${FOLDER}`,
    [
      {
        path: ['configMapGenerator'],
        text: 'Your values and those of lifeboat. Their names end in a digest, so that a change is seen at once.',
      },
    ],
  );
  return { name: `${FOLDER}/kustomization.yaml`, text };
}

/** Tells kustomize where else the names of the ConfigMaps stand. */
function nameReferences(header: string): RenderedFile {
  const fieldSpecs = [{ path: 'spec/valuesFrom/name', kind: 'HelmRelease' }];
  const data = { nameReference: [{ kind: 'ConfigMap', version: 'v1', fieldSpecs }] };
  return { name: `${FOLDER}/${NAME_REFERENCES}`, text: yamlText(data, header) };
}

function documents(input: FormatInput, file: string, objects: readonly object[]): RenderedFile {
  const texts = objects.map((object, index) => yamlText(object, index === 0 ? input.plan.header : ''));
  return { name: `${FOLDER}/${file}`, text: texts.join('---\n') };
}

function gitChart(input: FormatInput, { flux }: Gitops): object {
  const sourceRef = { kind: 'GitRepository', name: flux.name, namespace: flux.namespace };
  const chart = `./${inRepository(input, CHART_FOLDER)}`;
  // A copy of the same version may differ: what the commit holds is what is installed.
  return { chart: { spec: { chart, reconcileStrategy: 'Revision', sourceRef } } };
}

export const flux: Format = {
  refersByPath: true,
  needs: ['chart', 'folder'],
  files: (input) => {
    const { config, names, header } = input.plan;
    if (config.gitops === undefined) throw new Error('gitops is not set');
    const { release, backup } = config;
    const server = valuesMap(input, release.name, release.namespace, serverValues(input.places));
    const own = valuesMap(input, names.lifeboat, backup.namespace, ['lifeboat-values.yaml']);
    const { repository, reference } = serverChart(input);
    const named = (map: ValuesMap) => ({ name: map.name, keys: [...map.files.keys()] });
    return [
      kustomization(input, [server, own]),
      nameReferences(header),
      documents(input, 'namespaces.yaml', namespaces(input)),
      documents(input, 'server.yaml', [
        repository,
        fluxRelease({ name: release.name, namespace: release.namespace }, reference, named(server)),
      ]),
      documents(input, 'backup.yaml', [
        fluxRelease(
          { name: names.lifeboat, namespace: backup.namespace },
          gitChart(input, config.gitops),
          named(own),
        ),
      ]),
    ];
  },
};
