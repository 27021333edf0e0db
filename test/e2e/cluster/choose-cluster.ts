/** Which cluster a run uses: one that was given, kind where Docker is there, else one node that the run starts itself. */
import { execa } from 'execa';
import { CannotRun, type Cluster } from './cluster.ts';
import { givenCluster } from './given-cluster.ts';
import { kindCluster } from './kind-cluster.ts';
import { ownNode } from './own-node-cluster.ts';

export const KINDS = ['given', 'kind', 'own-node'] as const;
export type ClusterKind = (typeof KINDS)[number];

export interface Here {
  readonly kubeconfig: string | undefined;
  /** An engine that answers, not only the program. */
  readonly docker: boolean;
  readonly kind: boolean;
}

/** In this order; `wanted` and `reuse` are a person's word. */
export function kindOfCluster(here: Here, wanted: ClusterKind | undefined, reuse: boolean): ClusterKind {
  if (wanted !== undefined) return wanted;
  if (here.kubeconfig !== undefined) return 'given';
  // What was kept is the own node.
  return here.docker && here.kind && !reuse ? 'kind' : 'own-node';
}

async function works(program: string, ...args: readonly string[]): Promise<boolean> {
  return !(await execa(program, args, { reject: false, timeout: 10_000, stdin: 'ignore' })).failed;
}

export interface Choice {
  readonly wanted: ClusterKind | undefined;
  readonly reuse: boolean;
}

export async function chooseCluster({ wanted, reuse }: Choice): Promise<Cluster> {
  const kubeconfig = process.env.LIFEBOAT_E2E_KUBECONFIG;
  const [docker, kind] = await Promise.all([works('docker', 'info'), works('kind', 'version')]);
  switch (kindOfCluster({ kubeconfig, docker, kind }, wanted, reuse)) {
    case 'own-node':
      return ownNode(reuse);
    case 'kind':
      if (docker && kind) return kindCluster();
      throw new CannotRun(
        'kind needs an engine of Docker that answers, and the program kind',
        'start or install them, or run without --on kind',
      );
    case 'given':
      if (kubeconfig !== undefined) return givenCluster(kubeconfig, process.env);
      throw new CannotRun('no cluster is given', 'set LIFEBOAT_E2E_KUBECONFIG to its kubeconfig');
  }
}
