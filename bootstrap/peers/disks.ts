/**
 * What Kubernetes says of a server that does not answer. Whether it has a disk at all is part of the decision: a pod that
 * cannot be there yet (not made, not scheduled) can then be told from one that is silent. rbac.yaml gives the right.
 * How its pod is doing is for people only.
 */
import type { KubernetesApi } from './kubernetes-api.ts';

export type Claim =
  | { readonly claim: 'missing' }
  /** It waits for a volume, and none is meant for it yet. */
  | { readonly claim: 'unbound' }
  | { readonly claim: 'bound' }
  /** Nobody gave the right to ask. */
  | { readonly claim: 'denied' }
  | { readonly claim: 'unknown'; readonly because: string };

export async function claimOf(api: KubernetesApi, namespace: string, name: string): Promise<Claim> {
  const answer = await api(`/namespaces/${namespace}/persistentvolumeclaims/${name}`);
  switch (answer.answer) {
    case 'not-found':
      return { claim: 'missing' };
    case 'denied':
      return { claim: 'denied' };
    case 'none':
      return { claim: 'unknown', because: answer.because };
    case 'object': {
      const { kind, spec, status } = answer.object;
      if (kind !== 'PersistentVolumeClaim') return { claim: 'unknown', because: 'it answers something else' };
      const waits = status?.phase === 'Pending' && (spec?.volumeName ?? '') === '';
      return { claim: waits ? 'unbound' : 'bound' };
    }
  }
}

/** Undefined where the chart gives no right to read pods, or there is nothing to say. */
export async function podWords(
  api: KubernetesApi,
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const answer = await api(`/namespaces/${namespace}/pods/${name}`);
  if (answer.answer === 'not-found') return 'Kubernetes has no pod of this name now';
  if (answer.answer !== 'object' || answer.object.kind !== 'Pod') return undefined;
  const { metadata, status } = answer.object;
  if (metadata?.deletionTimestamp !== undefined) return 'its pod is being ended';
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return `its pod is not scheduled: ${scheduled.message ?? 'no reason is given'}`;
  return status?.phase === undefined ? undefined : `its pod is ${status.phase}`;
}
