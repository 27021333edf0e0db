/** The server's own configuration, as a user gives it to the chart, with a seal in it. */
import type { Product } from './server-in-pod.ts';

/** `server.ha.raft.config`, or that of a standalone server. No retry_join: vault.raftConfig: render adds them. */
export function raftConfig(product: Product, more = ''): string {
  return [
    'ui = true',
    'listener "tcp" {',
    '  tls_disable = 1',
    '  address = "[::]:8200"',
    '  cluster_address = "[::]:8201"',
    '}',
    'storage "raft" {',
    `  path = "/${product}/data"`,
    '}',
    'service_registration "kubernetes" {}',
    more,
    '',
  ].join('\n');
}
