/** A second server in a namespace of its own, whose transit engine holds the key that unseals others. In memory: it must live on. */
import { randomBytes } from 'node:crypto';
import { Operator } from '../support/vault-operations.ts';
import { IMAGES } from './image/images.ts';
import { rememberSecrets } from './known-secrets.ts';
import { apply } from './kubernetes.ts';
import { COMMAND_LINES, type Product, ServerInPod } from './server-in-pod.ts';
import { surroundings } from './surroundings.ts';

const NAME = 'transit';
/** What the seal of another server needs, and nothing else. */
const POLICY = ['encrypt', 'decrypt']
  .map((verb) => `path "transit/${verb}/unseal" { capabilities = ["update"] }`)
  .join('\n');

export interface TransitInCluster {
  /** Without the token, which belongs into a Secret. */
  readonly stanza: string;
  /** Of the policy above. */
  readonly token: string;
}

/** The namespace goes away with its scenario. */
export async function startTransitInCluster(product: Product, namespace: string): Promise<TransitInCluster> {
  const root = randomBytes(16).toString('hex');
  rememberSecrets(root);
  const { repository, tag } = IMAGES[product];
  const metadata = { name: NAME, namespace, labels: { app: NAME } };
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: NAME }, ports: [{ port: 8200 }] },
  });
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      containers: [
        {
          name: product,
          image: `${repository}:${tag}`,
          imagePullPolicy: surroundings().pullPolicy,
          args: [COMMAND_LINES[product].binary, 'server', '-dev', '-dev-listen-address=0.0.0.0:8200'],
          env: [
            { name: 'HOME', value: '/tmp' },
            { name: `${product === 'vault' ? 'VAULT' : 'BAO'}_DEV_ROOT_TOKEN_ID`, value: root },
          ],
        },
      ],
    },
  });
  const server = new ServerInPod(product, namespace, NAME);
  await server.ready();
  const operator = new Operator(await server.address(), root);
  await operator.waitForHealth(200);
  await operator.must('POST', 'sys/mounts/transit', { type: 'transit' });
  await operator.must('POST', 'transit/keys/unseal');
  await operator.must('PUT', 'sys/policies/acl/seal', { policy: POLICY });
  const { auth } = await operator.must('POST', 'auth/token/create-orphan', {
    policies: ['seal'],
    period: '24h',
  });
  return {
    stanza: `seal "transit" {\n  address    = "http://${NAME}.${namespace}.svc:8200"\n  key_name   = "unseal"\n  mount_path = "transit/"\n}`,
    token: (auth as { readonly client_token: string }).client_token,
  };
}
