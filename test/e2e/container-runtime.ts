/** What happens to pods below Kubernetes: their processes end without a word. By containerd, where it is this machine's. */
import { watch } from 'node:fs/promises';
import { execa } from 'execa';
import { kubectl } from './kubernetes.ts';
import type { ServerInPod } from './server-in-pod.ts';
import { surroundings } from './surroundings.ts';

/** Why a step is left out, where the cluster's container runtime is not this machine's. */
export function runtimeOutOfReach(): string | undefined {
  const { cluster, containerdSocket } = surroundings();
  if (containerdSocket !== undefined) return undefined;
  return `what runs the containers of this cluster (${cluster}) cannot be reached from here`;
}

async function ctr(...args: readonly string[]): Promise<string> {
  const { containerdSocket = '' } = surroundings();
  const all = ['--address', containerdSocket, '-n', 'k8s.io', ...args];
  return (await execa('ctr', all, { stdin: 'ignore' })).stdout;
}

interface Status {
  readonly name: string;
  readonly containerID?: string;
}

async function containerId({ pod, namespace }: ServerInPod, container: string): Promise<string> {
  const got = JSON.parse(await kubectl(['get', 'pod', pod, '-n', namespace, '-o', 'json'])) as {
    readonly status: {
      readonly initContainerStatuses?: readonly Status[];
      readonly containerStatuses?: readonly Status[];
    };
  };
  const { initContainerStatuses = [], containerStatuses = [] } = got.status;
  const found = [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container);
  const id = found?.containerID?.replace('containerd://', '');
  if (id === undefined || id === '') throw new Error(`${pod} has no container ${container} yet`);
  return id;
}

/** The process that the container was started for, as this machine counts processes. */
export async function mainProcess(server: ServerInPod, container: string): Promise<number> {
  const id = await containerId(server, container);
  const line = (await ctr('tasks', 'list')).split('\n').find((row) => row.startsWith(`${id} `));
  const [, pid = '', status = ''] = line?.split(/\s+/) ?? [];
  if (status !== 'RUNNING') throw new Error(`${container} of ${server.pod} does not run`);
  return Number(pid);
}

/** All processes of the container end at once. */
export async function killContainer(server: ServerInPod, container: string): Promise<void> {
  await ctr('tasks', 'kill', '--signal', 'SIGKILL', await containerId(server, container));
}

/** As a node that reboots: every container of the pod ends, and its sandbox with them. */
export async function killSandbox(server: ServerInPod): Promise<void> {
  const label = `labels."io.kubernetes.pod.uid"==${await server.uid()}`;
  const ids = (await ctr('containers', 'list', '--quiet', label)).split('\n');
  const running = (await ctr('tasks', 'list')).split('\n').filter((row) => / RUNNING *$/.test(row));
  const ours = running.map((row) => row.split(/\s+/)[0] ?? '').filter((id) => ids.includes(id));
  if (ours.length < 2) throw new Error(`only ${ours.length} containers of ${server.pod} run`);
  await Promise.all(ours.map((id) => ctr('tasks', 'kill', '--signal', 'SIGKILL', id)));
}

/** The folder of a pod's volume on this machine. */
export async function volumeOf({ pod, namespace }: ServerInPod): Promise<string> {
  const claim = ['get', 'pvc', `data-${pod}`, '-n', namespace, '-o', 'jsonpath={.spec.volumeName}'];
  return kubectl(['get', 'pv', await kubectl(claim), '-o', 'jsonpath={.spec.hostPath.path}']);
}

/** Ends the container in the very moment in which this name appears in the folder. Resolves when it did. */
export async function killWhenAppears(pid: number, folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) {
    if (filename !== name) continue;
    process.kill(pid, 'SIGKILL');
    return;
  }
}
