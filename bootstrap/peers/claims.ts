/**
 * Whether a server has a disk at all, asked of the Kubernetes API with the pod's own service account: a pod that cannot
 * be there yet (not made, not scheduled) can then be told from one that does not answer. rbac.yaml gives the right.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { messageOf, systemCode } from '../../contract/errors.ts';
import { connectionWords } from '../vault/transport.ts';

export type Claim =
  | { readonly claim: 'missing' }
  /** It waits for a volume, and none is meant for it yet. */
  | { readonly claim: 'unbound' }
  | { readonly claim: 'bound' }
  /** Nobody gave the right to ask. */
  | { readonly claim: 'denied' }
  | { readonly claim: 'unknown'; readonly because: string };

export type Claims = (namespace: string, name: string) => Promise<Claim>;

/** Where the kubelet puts token and CA of the service account. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TIMEOUT = 5000;

interface ApiObject {
  readonly kind?: string;
  readonly reason?: string;
  readonly spec?: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

export function createClaims(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = ACCOUNT,
): Claims {
  return async (namespace, name) => {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
    if (host === undefined || host === '')
      return { claim: 'unknown', because: 'this pod is told no address of it' };
    let agent: Agent | undefined;
    try {
      // Read each time: the kubelet renews the token.
      const token = readFileSync(join(folder, 'token'), 'utf8').trim();
      const ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
      agent = new Agent({ connect: { ca, timeout: TIMEOUT } });
      const { statusCode, body } = await agent.request({
        origin: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`,
        method: 'GET',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        headersTimeout: TIMEOUT,
        bodyTimeout: TIMEOUT,
      });
      return claimOf(statusCode, await body.text());
    } catch (error) {
      if (systemCode(error) === 'ENOENT')
        return { claim: 'unknown', because: `${folder} holds no token of a service account` };
      return { claim: 'unknown', because: connectionWords(error) };
    } finally {
      await agent?.destroy();
    }
  };
}

/** Only the API's own word counts: an answer of something in between is unknown. */
function claimOf(status: number, text: string): Claim {
  if (status === 401 || status === 403) return { claim: 'denied' };
  let object: ApiObject;
  try {
    object = JSON.parse(text) as ApiObject;
  } catch (error) {
    return { claim: 'unknown', because: `it answers ${status} and no JSON: ${messageOf(error)}` };
  }
  if (status === 404 && object.kind === 'Status' && object.reason === 'NotFound') return { claim: 'missing' };
  if (status !== 200 || object.kind !== 'PersistentVolumeClaim')
    return { claim: 'unknown', because: `it answers ${status}` };
  const waits = object.status?.phase === 'Pending' && (object.spec?.volumeName ?? '') === '';
  return { claim: waits ? 'unbound' : 'bound' };
}
