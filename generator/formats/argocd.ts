/**
 * argocd/: an Application for the server (the official chart, the user's values, ours, and rbac.yaml) and one for the
 * backup. They are in one wave, so that neither waits for the other. Nothing of the server has a wave of its own: with
 * more than one, a sync lasts until the pods are ready, and a server that waits for people would then block the very
 * commit that helps it. Kinds alone put rbac.yaml before the StatefulSet.
 */
import type { Gitops } from '../config/gitops.ts';
import type { RenderedFile } from '../render/file.ts';
import { type Comment, yamlText } from '../render/yaml-text.ts';
import type { Format, FormatInput } from './format.ts';
import { officialChart } from './official-chart.ts';
import { CHART_FOLDER, inRepository, serverValues } from './places.ts';

const FOLDER = 'argocd';

const COMMENTS: readonly Comment[] = [
  { path: ['metadata'], text: 'No finalizer: deleting the Application leaves everything where it is.' },
  {
    path: ['spec', 'syncPolicy', 'automated', 'selfHeal'],
    text: 'What people do by hand in an emergency, such as scaling to 0, is not undone.',
  },
];

interface App {
  readonly name: string;
  readonly namespace: string;
  readonly sources: object;
  readonly syncOptions: readonly string[];
  readonly more?: object;
}

function application(input: FormatInput, gitops: Gitops, file: string, app: App): RenderedFile {
  const { namespace, project, cluster } = gitops.argocd;
  const data = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: app.name,
      namespace,
      annotations: { 'argocd.argoproj.io/sync-wave': '0' },
      labels: { 'app.kubernetes.io/part-of': 'vault-lifeboat' },
    },
    spec: {
      project,
      destination: { name: cluster, namespace: app.namespace },
      ...app.sources,
      syncPolicy: {
        automated: { prune: false, selfHeal: false },
        syncOptions: ['CreateNamespace=true', ...app.syncOptions],
      },
      ...app.more,
    },
  };
  return { name: `${FOLDER}/${file}`, text: yamlText(data, input.plan.header, COMMENTS) };
}

function server(input: FormatInput, gitops: Gitops, git: object): RenderedFile {
  const { plan, places } = input;
  const { config } = plan;
  const { url, name, version } = officialChart(config);
  const valueFiles = serverValues(places).map((file) => `$values/${inRepository(input, file)}`);
  const chart = {
    repoURL: url,
    chart: name,
    targetRevision: version,
    helm: { releaseName: config.release.name, valueFiles },
  };
  const rbac =
    plan.restore === undefined ? {} : { path: inRepository(input, '.'), directory: { include: 'rbac.yaml' } };
  return application(input, gitops, 'server.yaml', {
    name: config.name,
    namespace: config.release.namespace,
    sources: { sources: [chart, { ...git, ref: 'values', ...rbac }] },
    syncOptions: ['Prune=false', 'Delete=false', 'RespectIgnoreDifferences=true'],
    more: {
      // The injector writes its own CA there when it starts.
      ignoreDifferences: [
        {
          group: 'admissionregistration.k8s.io',
          kind: 'MutatingWebhookConfiguration',
          jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle'],
        },
      ],
    },
  });
}

function backup(input: FormatInput, gitops: Gitops, git: object): RenderedFile {
  const { config, names } = input.plan;
  const helm = { releaseName: names.lifeboat, valueFiles: ['../../lifeboat-values.yaml'] };
  return application(input, gitops, 'backup.yaml', {
    name: `${config.name}-lifeboat`,
    namespace: config.backup.namespace,
    sources: { source: { ...git, path: inRepository(input, CHART_FOLDER), helm } },
    syncOptions: [],
  });
}

export const argocd: Format = {
  refersByPath: true,
  needs: ['chart', 'git', 'folder'],
  files: (input) => {
    const { gitops } = input.plan.config;
    if (gitops === undefined) throw new Error('gitops is not set');
    const git = { repoURL: gitops.repository, targetRevision: gitops.revision };
    return [server(input, gitops, git), backup(input, gitops, git)];
  },
};
