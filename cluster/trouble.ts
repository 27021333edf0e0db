/** What kubectl and Helm say where a cluster does not answer, in our words, with the next command. Pure. */

export interface Trouble {
  readonly kind: 'context' | 'forbidden' | 'login' | 'unreachable';
  readonly message: string;
  readonly hint: string;
}

const TROUBLES: readonly (Trouble & { readonly seen: RegExp })[] = [
  {
    kind: 'context',
    seen: /context "[^"]*" does not exist|context was not found/,
    message: 'the kubeconfig has no such context',
    hint: 'kubectl config get-contexts shows them; name one with --kube-context.',
  },
  {
    kind: 'forbidden',
    seen: /forbidden/i,
    message: 'your login may not do that',
    hint: 'kubectl auth can-i --list -n NAMESPACE shows what it may.',
  },
  {
    kind: 'login',
    seen: /unauthorized|must be logged in|provide credentials|getting credentials/i,
    message: 'the cluster does not accept your login',
    hint: 'Log in again, and see whether kubectl auth whoami answers.',
  },
  {
    kind: 'unreachable',
    seen: /cluster unreachable|connection refused|was refused|no such host|i\/o timeout|deadline exceeded|request timed out|x509|unable to connect/i,
    message: 'the cluster cannot be reached',
    hint: 'See whether kubectl cluster-info answers; name the cluster with --kube-context or --kubeconfig.',
  },
];

/** Undefined where the words mean something else. */
export function clusterTrouble(words: string): Trouble | undefined {
  return TROUBLES.find(({ seen }) => seen.test(words));
}
