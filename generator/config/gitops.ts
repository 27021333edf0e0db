/** Where the rendered files stand for a GitOps tool: `gitops` of lifeboat.yaml with its defaults. */
import type { ConfigInput } from './schema.ts';

export interface Gitops {
  /** Of git. */
  readonly repository?: string;
  readonly revision: string;
  /** The out folder, from the root of the repository. */
  readonly folder: string;
  readonly argocd: { readonly namespace: string; readonly project: string; readonly cluster: string };
  /** The GitRepository object. */
  readonly flux: { readonly name: string; readonly namespace: string };
}

export function gitopsOf({ argocd = {}, flux = {}, ...gitops }: NonNullable<ConfigInput['gitops']>): Gitops {
  return {
    ...gitops,
    revision: gitops.revision ?? 'HEAD',
    argocd: {
      namespace: argocd.namespace ?? 'argocd',
      project: argocd.project ?? 'default',
      cluster: argocd.cluster ?? 'in-cluster',
    },
    flux: { name: flux.name ?? 'flux-system', namespace: flux.namespace ?? 'flux-system' },
  };
}
