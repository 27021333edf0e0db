/** The server's own configuration, as a user gives it to the chart. */

export interface RaftConfigOptions {
  /** Where the chart mounts the data. */
  readonly path: string;
  /** The folder of tls.crt and tls.key; without it there is no TLS. */
  readonly tls?: string;
  /** More stanzas, such as a seal. */
  readonly more?: string;
}

/** `server.ha.raft.config`, or that of a standalone server. No retry_join: vault.raftConfig: render adds them. */
export function raftConfig({ path, tls, more = '' }: RaftConfigOptions): string {
  const listener =
    tls === undefined
      ? ['  tls_disable = 1']
      : [`  tls_cert_file = "${tls}/tls.crt"`, `  tls_key_file = "${tls}/tls.key"`];
  return [
    'ui = true',
    'listener "tcp" {',
    ...listener,
    '  address = "[::]:8200"',
    '  cluster_address = "[::]:8201"',
    '}',
    'storage "raft" {',
    `  path = "${path}"`,
    '}',
    'service_registration "kubernetes" {}',
    more,
    '',
  ].join('\n');
}
