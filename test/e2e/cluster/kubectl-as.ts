/** kubectl for the run itself, which is outside of the cluster's network. */
import { execa } from 'execa';
import type { Cluster } from './cluster.ts';

export async function kubectlAs(
  { enter, kubeconfig }: Pick<Cluster, 'enter' | 'kubeconfig'>,
  ...args: readonly string[]
): Promise<string> {
  const [program = '', ...rest] = [...enter, 'kubectl', ...args];
  const options = { env: { KUBECONFIG: kubeconfig }, stdin: 'ignore', timeout: 300_000 } as const;
  return (await execa(program, rest, options)).stdout;
}

/** As the API server says, without the v. */
export async function kubernetesVersion(cluster: Pick<Cluster, 'enter' | 'kubeconfig'>): Promise<string> {
  const said = JSON.parse(await kubectlAs(cluster, 'version', '-o', 'json')) as {
    readonly serverVersion: { readonly gitVersion: string };
  };
  return said.serverVersion.gitVersion.replace(/^v/, '');
}
