/**
 * One real Kubernetes node on this machine, in a network namespace of its own: the real API server, controller manager,
 * scheduler, kubelet, kube-proxy, containerd, etcd and CoreDNS. Needs root. Nothing of it reaches another machine.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { findTool } from '../../support/tools/find-tool.ts';
import { makeCertificates } from './certificates.ts';
import { CONFIGS, writeConfigs } from './configs.ts';
import { type Daemon, Daemons } from './daemons.ts';
import { ADDRESSES, FILES, NODE_FOLDER, NODE_NAME } from './layout.ts';
import { ENTER, makeNetwork } from './network.ts';

const LIMIT = 120_000;
const inPki = (name: string): string => path.join(FILES.pki, name);
const kubeconfig = `--kubeconfig=${FILES.kubeconfig}`;

const ETCD: Daemon = {
  name: 'etcd',
  program: 'etcd',
  args: [
    ...['--data-dir', path.join(NODE_FOLDER, 'etcd'), '--unsafe-no-fsync'],
    ...['--listen-client-urls', 'http://127.0.0.1:2379', '--advertise-client-urls', 'http://127.0.0.1:2379'],
    ...['--listen-peer-urls', 'http://127.0.0.1:2380'],
  ],
};

const API_SERVER = [
  '--etcd-servers=http://127.0.0.1:2379',
  '--secure-port=6443',
  `--advertise-address=${ADDRESSES.node}`,
  '--endpoint-reconciler-type=lease',
  `--tls-cert-file=${inPki('apiserver.crt')}`,
  `--tls-private-key-file=${inPki('apiserver.key')}`,
  `--client-ca-file=${inPki('ca.crt')}`,
  `--kubelet-client-certificate=${inPki('admin.crt')}`,
  `--kubelet-client-key=${inPki('admin.key')}`,
  `--service-account-key-file=${inPki('sa.pub')}`,
  `--service-account-signing-key-file=${inPki('sa.key')}`,
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-cluster-ip-range=${ADDRESSES.services}`,
  // Nobody knows the node's name.
  '--kubelet-preferred-address-types=InternalIP',
  '--authorization-mode=Node,RBAC',
  '--allow-privileged=true',
];

const CONTROLLER_MANAGER = [
  kubeconfig,
  `--service-account-private-key-file=${inPki('sa.key')}`,
  `--root-ca-file=${inPki('ca.crt')}`,
  '--use-service-account-credentials',
  '--leader-elect=false',
  `--cluster-cidr=${ADDRESSES.pods}`,
  '--allocate-node-cidrs=false',
];

const KUBELET = [
  `--config=${CONFIGS.kubelet}`,
  kubeconfig,
  `--hostname-override=${NODE_NAME}`,
  `--root-dir=${FILES.kubelet}`,
  `--node-ip=${ADDRESSES.node}`,
];

/** A command in the node's network, as its administrator. */
async function kubectl(
  ...args: readonly string[]
): Promise<{ readonly failed: boolean; readonly said: string }> {
  const [enter, ...how] = ENTER;
  const env = { KUBECONFIG: FILES.kubeconfig };
  const result = await execa(enter, [...how, 'kubectl', ...args], {
    env,
    reject: false,
    all: true,
    timeout: 20_000,
  });
  return { failed: result.failed, said: result.all ?? '' };
}

async function until(
  what: string,
  daemons: Daemons,
  names: readonly string[],
  ready: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!(await ready())) {
    for (const name of names) {
      const problem = daemons.problemOf(name);
      if (problem !== undefined) throw new Error(`${name} ended:\n${problem}`);
    }
    if (Date.now() > end) throw new Error(`${what} within ${LIMIT / 1000} s; its logs are in ${FILES.logs}`);
    await delay(250);
  }
}

/** The node is ready when this resolves. Whoever calls it calls clearNode() afterwards, whatever happened. */
export async function startOwnNode(signal: AbortSignal): Promise<void> {
  await mkdir(NODE_FOLDER, { recursive: true, mode: 0o755 });
  await mkdir(FILES.logs, { recursive: true });
  await makeNetwork();
  await makeCertificates();
  await writeConfigs();
  const daemons = new Daemons(signal);
  const start = async (name: Parameters<typeof findTool>[0], args: readonly string[]): Promise<void> =>
    daemons.start({ name, program: (await findTool(name)).path, args });

  daemons.start(ETCD);
  daemons.start({ name: 'containerd', program: 'containerd', args: ['-c', CONFIGS.containerd] });
  await start('kube-apiserver', API_SERVER);
  await until('the API server was not ready', daemons, ['etcd', 'kube-apiserver', 'containerd'], async () => {
    return !(await kubectl('get', '--raw=/readyz')).failed;
  });
  await start('kube-controller-manager', CONTROLLER_MANAGER);
  await start('kube-scheduler', [kubeconfig, '--leader-elect=false']);
  await start('kubelet', KUBELET);
  await start('kube-proxy', [`--config=${CONFIGS.proxy}`, `--hostname-override=${NODE_NAME}`]);
  await start('coredns', ['-conf', CONFIGS.coredns]);
  const provisioner = path.join(import.meta.dirname, 'provisioner.ts');
  daemons.start({
    name: 'provisioner',
    program: process.execPath,
    args: ['--import', 'tsx', provisioner],
  });
  const daemonNames = ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'coredns'];
  await until('the node was not ready', daemons, daemonNames, async () => {
    const ready = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    return (await kubectl('get', 'node', NODE_NAME, '-o', ready)).said === 'True';
  });
}
