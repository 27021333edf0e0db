/**
 * How the test process reaches a port of a pod: by the pod's own address where the process is in the cluster's network,
 * else by `kubectl port-forward`, which lives until the scenario ends and is made anew for a new pod of the same name.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { kubectl } from './kubernetes.ts';
import { surroundings } from './surroundings.ts';

interface Forward {
  readonly child: ChildProcess;
  readonly address: string;
}

const forwards = new Map<string, Forward>();

async function forwarded(namespace: string, pod: string, port: number): Promise<Forward> {
  const args = ['port-forward', '-n', namespace, `pod/${pod}`, `:${port}`];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, found] = /^Forwarding from (127\.0\.0\.1:\d+) /m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`kubectl ${args.join(' ')}: ${said}`)));
  });
  return { child, address };
}

/** `HOST:PORT` of a port of a pod that runs. */
export async function addressOfPod(namespace: string, pod: string, port: number): Promise<string> {
  const wanted = '{.metadata.uid} {.status.podIP}';
  const found = await kubectl(['get', 'pod', pod, '-n', namespace, '-o', `jsonpath=${wanted}`]);
  const [uid = '', ip = ''] = found.split(' ');
  if (surroundings().podAddresses === 'direct') return `${ip}:${port}`;
  const key = `${uid}:${port}`;
  const known = forwards.get(key);
  if (known !== undefined && known.child.exitCode === null && known.child.signalCode === null)
    return known.address;
  const forward = await forwarded(namespace, pod, port);
  forwards.set(key, forward);
  return forward.address;
}

/** Without it the process would wait for them. */
export function endForwards(): void {
  for (const { child } of forwards.values()) child.kill();
  forwards.clear();
}
