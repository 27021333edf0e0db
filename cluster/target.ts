/** Which cluster, as the flags of our commands name it; without them the current context of the kubeconfig. */
export interface ClusterTarget {
  readonly kubeContext?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

/** kubectl and Helm call the context differently. */
function flags(context: string, { kubeContext, kubeconfig }: ClusterTarget): readonly string[] {
  return [
    ...(kubeContext === undefined ? [] : [context, kubeContext]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ];
}

export function kubectlFlags(target: ClusterTarget): readonly string[] {
  return flags('--context', target);
}

export function helmFlags(target: ClusterTarget): readonly string[] {
  return flags('--kube-context', target);
}
