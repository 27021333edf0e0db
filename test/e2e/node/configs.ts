/** The configuration files of the node's daemons. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { ADDRESSES, FILES, NODE_FOLDER } from './layout.ts';

const inNode = (name: string): string => path.join(NODE_FOLDER, name);

export const CONFIGS = {
  containerd: inNode('containerd.toml'),
  kubelet: inNode('kubelet.yaml'),
  proxy: inNode('proxy.yaml'),
  coredns: inNode('Corefile'),
  admission: inNode('admission.yaml'),
} as const;

/** The sandbox of each pod: it only waits. */
export const PAUSE_IMAGE = 'docker.io/lifeboat-e2e/pause:1';

const CNI = {
  cniVersion: '0.4.0',
  name: 'bridge',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: FILES.cniState,
        ranges: [[{ subnet: ADDRESSES.pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

const CONTAINERD = `version = 2
root = "${inNode('containerd')}"
state = "${inNode('containerd-run')}"
[grpc]
address = "${FILES.containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${PAUSE_IMAGE}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${FILES.cni}"
`;

/** cgroup v1 with nothing of the machine's own arrangement touched: no quality-of-service groups, no eviction. */
const KUBELET = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failSwapOn: false,
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  podLogsDir: FILES.podLogs,
  containerRuntimeEndpoint: `unix://${FILES.containerdSocket}`,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: path.join(FILES.pki, 'ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  clusterDNS: [ADDRESSES.node],
  clusterDomain: 'cluster.local',
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  evictionHard: {},
  // On a disk that is full for other reasons the kubelet would remove images that nothing can pull again.
  imageGCHighThresholdPercent: 100,
  // Secrets that change are seen soon: the tests wait for it.
  syncFrequency: '5s',
};

const PROXY = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  clusterCIDR: ADDRESSES.pods,
  clientConnection: { kubeconfig: FILES.kubeconfig },
  // The limits belong to the machine, not to the namespace.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
};

const COREDNS = `.:53 {
  bind ${ADDRESSES.node}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${FILES.kubeconfig} lifeboat-e2e
    ttl 1
  }
}
`;

export async function writeConfigs(): Promise<void> {
  for (const folder of [FILES.cni, FILES.kubelet, FILES.volumes, FILES.logs])
    await mkdir(folder, { recursive: true });
  await writeFile(path.join(FILES.cni, '10-bridge.conflist'), JSON.stringify(CNI));
  await writeFile(CONFIGS.containerd, CONTAINERD);
  await writeFile(CONFIGS.kubelet, stringify(KUBELET));
  await writeFile(CONFIGS.proxy, stringify(PROXY));
  await writeFile(CONFIGS.coredns, COREDNS);
}
