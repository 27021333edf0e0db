/** The programs of a Kubernetes node, for `npm run e2e` alone: `npm test` does not wait for them. */
import type { Tool } from './tool-table.ts';

const DAEMONS = [
  ...(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'] as const),
] as const;

export type KubernetesToolName = (typeof DAEMONS)[number] | 'kubectl' | 'coredns';

const VERSION = '1.34.4';
const VARIABLES = 'k8s.io/component-base/version';

/** All are compiled out of the same modules: the first one takes minutes, the others seconds. */
function compiled(name: KubernetesToolName): Tool {
  return {
    name,
    title: name,
    version: VERSION,
    variable: `${name.toUpperCase().replaceAll('-', '_')}_BIN`,
    folder: 'kubernetes',
    ask: ['--version'],
    answer: /^Kubernetes v(?<version>\d+\.\d+\.\d+)/,
    pathTakes: 'this version',
    source: {
      kind: 'go-folder',
      folder: 'kubernetes',
      package: `k8s.io/kubernetes/cmd/${name}`,
      tags: '',
      cgo: false,
      // Helm and the charts ask the API server for its version.
      variables: {
        [`${VARIABLES}.gitVersion`]: `v${VERSION}`,
        [`${VARIABLES}.gitMajor`]: '1',
        [`${VARIABLES}.gitMinor`]: '34',
      },
    },
  };
}

export const KUBERNETES_TOOLS: readonly Tool[] = [
  ...DAEMONS.map(compiled),
  {
    ...compiled('kubectl'),
    ask: ['version', '--client'],
    answer: /^Client Version: v(?<version>\d+\.\d+\.\d+)/m,
    // It speaks with servers that are older and newer.
    pathTakes: 'this major version',
  },
  {
    name: 'coredns',
    title: 'CoreDNS',
    version: '1.14.7',
    variable: 'COREDNS_BIN',
    folder: 'coredns',
    ask: ['-version'],
    answer: /CoreDNS-(?<version>\d+\.\d+\.\d+)/,
    pathTakes: 'this version',
    source: {
      kind: 'go',
      package: 'github.com/coredns/coredns',
      module: 'github.com/coredns/coredns',
      versionVariable: 'main.version',
    },
  },
];
