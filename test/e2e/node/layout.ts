/** The one folder of the test node: everything that it writes is below it, so that the next run finds leftovers. */
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Fixed, not random: a run that crashed is found by the next one. Another name in LIFEBOAT_E2E_NODE is another node,
 * beside this one: addresses and ports are those of its own network.
 */
const NODE = process.env.LIFEBOAT_E2E_NODE ?? 'lifeboat-e2e';

export const NODE_FOLDER = path.join(tmpdir(), `${NODE}-node`);

/** Network namespace of the node, as `ip netns` knows it. */
export const NETNS = NODE;

/** Addresses inside of the namespace; none of them is routed anywhere. */
export const ADDRESSES = {
  node: '10.250.0.1',
  prefix: 24,
  services: '10.96.0.0/16',
  /** The first address of the services: the API server itself. */
  api: '10.96.0.1',
  pods: '10.244.0.0/16',
} as const;

export const NODE_NAME = 'lifeboat-e2e-node1';

export const FILES = {
  pids: path.join(NODE_FOLDER, 'pids.json'),
  kubeconfig: path.join(NODE_FOLDER, 'admin.conf'),
  logs: path.join(NODE_FOLDER, 'logs'),
  pki: path.join(NODE_FOLDER, 'pki'),
  cni: path.join(NODE_FOLDER, 'cni'),
  kubelet: path.join(NODE_FOLDER, 'kubelet'),
  /** Addresses that were given to pods. */
  cniState: path.join(NODE_FOLDER, 'cni-state'),
  podLogs: path.join(NODE_FOLDER, 'pod-logs'),
  containerdSocket: path.join(NODE_FOLDER, 'containerd.sock'),
  /** Volumes of the pods' claims. */
  volumes: path.join(NODE_FOLDER, 'volumes'),
} as const;

/** What must be here besides the programs of the tool table. */
export const SYSTEM_PROGRAMS = [
  ...['ip', 'nsenter', 'openssl', 'iptables', 'conntrack', 'etcd', 'containerd', 'runc', 'ctr'],
  ...['buildah', 'debootstrap', '/bin/busybox', '/usr/lib/cni/bridge'],
] as const;
