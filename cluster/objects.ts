/** Objects of a cluster, read through kubectl: those that can be seen, and what cannot. */
import { type ApiAnswer, askApi } from './kubectl.ts';
import type { ClusterTarget } from './target.ts';

/** A thing of the cluster, or why it is not known. `absent` is the API's own word: it is surely not there. */
export type Seen<T> =
  | { readonly seen: 'yes'; readonly value: T }
  | { readonly seen: 'absent' }
  | { readonly seen: 'hidden'; readonly why: string };

/** The plural names of the kinds that are read, and where the API has them. */
const GROUPS = {
  configmaps: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  serviceaccounts: '/api/v1',
  services: '/api/v1',
  statefulsets: '/apis/apps/v1',
  cronjobs: '/apis/batch/v1',
  jobs: '/apis/batch/v1',
  roles: '/apis/rbac.authorization.k8s.io/v1',
  rolebindings: '/apis/rbac.authorization.k8s.io/v1',
  clusterroles: '/apis/rbac.authorization.k8s.io/v1',
  clusterrolebindings: '/apis/rbac.authorization.k8s.io/v1',
} as const;

export type Plural = keyof typeof GROUPS;

export class Cluster {
  readonly target: ClusterTarget;

  constructor(target: ClusterTarget) {
    this.target = target;
  }

  #path(kind: Plural, namespace: string | undefined, rest = ''): string {
    const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${GROUPS[kind]}${within}/${kind}${rest}`;
  }

  /** One object by its name, of a namespace or of the whole cluster. Throws a LifeboatError where the cluster does not answer at all; so do the others. */
  async get<T>(kind: Plural, namespace: string | undefined, name: string): Promise<Seen<T>> {
    return parsed(
      await askApi(this.#path(kind, namespace, `/${encodeURIComponent(name)}`), this.target),
      (data) => data as T,
    );
  }

  /** All objects of a kind in a namespace, or those with the labels (`a=b,c=d`). A namespace that is not there holds none. */
  async list<T>(kind: Plural, namespace: string | undefined, labels = ''): Promise<Seen<readonly T[]>> {
    const query = labels === '' ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
    return parsed(
      await askApi(this.#path(kind, namespace, query), this.target),
      (data) => (data as { items?: readonly T[] }).items ?? [],
    );
  }

  /** The last lines of a container's log; `previous` is the container before its last restart. */
  async log(
    pod: { readonly namespace: string; readonly name: string; readonly container: string },
    { lines = 200, previous = false }: { readonly lines?: number; readonly previous?: boolean } = {},
  ): Promise<Seen<string>> {
    const query = new URLSearchParams({
      container: pod.container,
      tailLines: String(lines),
      previous: String(previous),
    });
    const path = this.#path('pods', pod.namespace, `/${encodeURIComponent(pod.name)}/log?${query}`);
    const answer = await askApi(path, this.target);
    return answer.seen === 'text' ? { seen: 'yes', value: answer.text } : answer;
  }
}

function parsed<T>(answer: ApiAnswer, read: (data: unknown) => T): Seen<T> {
  if (answer.seen !== 'text') return answer;
  return { seen: 'yes', value: read(JSON.parse(answer.text)) };
}
