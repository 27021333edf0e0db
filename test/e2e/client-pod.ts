/** A client as applications are: a pod of another namespace that knows the server by the name of a Service, and a token. */
import { IMAGES } from './image/images.ts';
import { apply, eventually, kubectl, tryKubectl } from './kubernetes.ts';
import { E2E_LABELS } from './namespace-label.ts';
import { COMMAND_LINES, type Product } from './server-in-pod.ts';
import { surroundings } from './surroundings.ts';

export interface Client {
  readonly product: Product;
  /** Its own, and made where it is not there. */
  readonly namespace: string;
  /** Of the server: a name in the cluster. */
  readonly address: string;
  readonly token: string;
}

/** What a value of kv/ is to a client; fails with the client's own words where it gets none. */
export async function readAsClient(client: Client, pod: string, secret: string): Promise<string> {
  const { product, namespace, address, token } = client;
  const { binary, address: addressVariable, token: tokenVariable } = COMMAND_LINES[product];
  const { repository, tag } = IMAGES[product];
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: E2E_LABELS } });
  const metadata = { name: pod, namespace };
  await apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token } });
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'client',
          image: `${repository}:${tag}`,
          imagePullPolicy: surroundings().pullPolicy,
          command: [binary, 'kv', 'get', '-field=value', `kv/${secret}`],
          env: [
            { name: addressVariable, value: address },
            { name: tokenVariable, valueFrom: { secretKeyRef: { name: pod, key: 'token' } } },
            { name: 'HOME', value: '/tmp' },
          ],
        },
      ],
    },
  });
  return eventually(`the end of the client ${pod}`, async () => {
    const where = [pod, '-n', namespace];
    const phase = await kubectl(['get', 'pod', ...where, '-o', 'jsonpath={.status.phase}']);
    const { stdout: said } = await tryKubectl(['logs', ...where]);
    if (phase === 'Failed') throw new Error(`the client ${pod}: ${said}`);
    return phase === 'Succeeded' ? { answer: said.trim() } : { seen: `${phase} ${said}` };
  });
}
