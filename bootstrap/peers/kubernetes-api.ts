/** Reads of the Kubernetes API with the pod's own service account. What cannot be asked is told in words, never thrown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { messageOf, systemCode } from '../../contract/errors.ts';
import { connectionWords } from '../vault/transport.ts';

export interface ApiObject {
  readonly kind?: string;
  readonly reason?: string;
  readonly metadata?: { readonly deletionTimestamp?: string };
  readonly spec?: { readonly volumeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: string;
      readonly message?: string;
    }[];
  };
}

export type ApiAnswer =
  | { readonly answer: 'object'; readonly object: ApiObject }
  /** The API's own word, not that of something in between. */
  | { readonly answer: 'not-found' }
  | { readonly answer: 'denied' }
  | { readonly answer: 'none'; readonly because: string };

/** `path` from `/api/v1` on. */
export type KubernetesApi = (path: string) => Promise<ApiAnswer>;

/** Where the kubelet puts token and CA of the service account. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TIMEOUT = 5000;

export function createKubernetesApi(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = ACCOUNT,
): KubernetesApi {
  return async (path) => {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
    if (host === undefined || host === '')
      return { answer: 'none', because: 'this pod is told no address of it' };
    let agent: Agent | undefined;
    try {
      // Read each time: the kubelet renews the token.
      const token = readFileSync(join(folder, 'token'), 'utf8').trim();
      const ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
      agent = new Agent({ connect: { ca, timeout: TIMEOUT } });
      const { statusCode, body } = await agent.request({
        origin: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        path: `/api/v1${path}`,
        method: 'GET',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        headersTimeout: TIMEOUT,
        bodyTimeout: TIMEOUT,
      });
      return answerOf(statusCode, await body.text());
    } catch (error) {
      if (systemCode(error) === 'ENOENT')
        return { answer: 'none', because: `${folder} holds no token of a service account` };
      return { answer: 'none', because: connectionWords(error) };
    } finally {
      await agent?.destroy();
    }
  };
}

function answerOf(status: number, text: string): ApiAnswer {
  if (status === 401 || status === 403) return { answer: 'denied' };
  let object: ApiObject;
  try {
    object = JSON.parse(text) as ApiObject;
  } catch (error) {
    return { answer: 'none', because: `it answers ${status} and no JSON: ${messageOf(error)}` };
  }
  if (status === 404 && object.kind === 'Status' && object.reason === 'NotFound')
    return { answer: 'not-found' };
  return status === 200 ? { answer: 'object', object } : { answer: 'none', because: `it answers ${status}` };
}
