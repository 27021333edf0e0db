/** Which servers of a raft configuration are led to by a `retry_join`, and the lines that lead to the others. Pure. */
import { type Body, stanzasOf } from '../../contract/config-stanzas.ts';
import type { Config } from '../config/config.ts';
import { UNKNOWN_TEXT } from './server-config-text.ts';
import type { ServerFacts } from './server-facts.ts';

function raftBody({ config }: ServerFacts): Body | undefined {
  return stanzasOf(config.text, 'storage', 'backend').find(({ label }) => label === 'raft')?.body;
}

/** The names of the servers in the headless Service, as the chart's own examples write them. */
function peerNames({ fullname, internalService, replicas }: ServerFacts): readonly string[] {
  return Array.from({ length: replicas }, (_, index) => `${fullname}-${index}.${internalService}`);
}

/** The host of an address; undefined where it is none. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname : undefined;
}

/** Whether an address leads to this server: by its own name, or by a Service of the chart that has all of them. */
function leadsTo(host: string, peer: string, facts: ServerFacts): boolean {
  const first = host.split('.')[0] ?? '';
  return first === peer.split('.')[0] || serviceNames(facts).includes(first);
}

function serviceNames({ fullname }: ServerFacts): readonly string[] {
  return ['', '-internal', '-active', '-standby'].map((end) => `${fullname}${end}`);
}

/** Servers that no retry_join leads to: they never find the others by themselves. Empty where that cannot be told. */
export function missingPeers(facts: ServerFacts): readonly string[] {
  if (facts.replicas < 2) return [];
  const joins = raftBody(facts)?.bodies('retry_join') ?? [];
  const addresses = joins.map((join) => join.text('leader_api_addr') ?? '');
  if (joins.some((join) => join.has('auto_join'))) return [];
  if (addresses.some((address) => address.includes(UNKNOWN_TEXT))) return [];
  const hosts = addresses.map(hostOf).filter((host) => host !== undefined);
  return peerNames(facts).filter((peer) => !hosts.some((host) => leadsTo(host, peer, facts)));
}

/**
 * Where a retry_join leads that need not be a server of this release: another release's name, another namespace, an
 * address, labels that are not looked for in this namespace. What a template of the chart says follows the release.
 */
export function peersElsewhere(facts: ServerFacts, namespace: string): readonly string[] {
  const joins = raftBody(facts)?.bodies('retry_join') ?? [];
  return joins.flatMap((join) => {
    const labels = join.text('auto_join');
    if (labels !== undefined)
      return new RegExp(`\\bnamespace="?${namespace}"?(?:\\s|$)`).test(labels) ? [] : [labels];
    const address = join.text('leader_api_addr') ?? '';
    return address.includes(UNKNOWN_TEXT) || isOwn(address, facts, namespace) ? [] : [address];
  });
}

/** `NAME`, `NAME.NAMESPACE...` of a Service of this release; `POD.SERVICE`, `POD.SERVICE.NAMESPACE...` of a server. */
function isOwn(address: string, facts: ServerFacts, namespace: string): boolean {
  const names = (hostOf(address) ?? '').split('.');
  const pods = peerNames(facts).map((peer) => peer.split('.')[0]);
  const [service, where = namespace] = pods.includes(names[0]) ? names.slice(1) : names;
  return serviceNames(facts).includes(service ?? '') && where === namespace;
}

const TLS_KEYS = [
  'leader_tls_servername',
  'leader_ca_cert_file',
  'leader_client_cert_file',
  'leader_client_key_file',
] as const;

type TlsKey = (typeof TLS_KEYS)[number];

/** How the servers prove themselves to each other: as a retry_join of theirs says, else as their listener shows. */
function tlsValues(facts: ServerFacts, tls: Config['tls']): Readonly<Partial<Record<TlsKey, string>>> {
  if (facts.scheme === 'http') return {};
  const join = raftBody(facts)
    ?.bodies('retry_join')
    .find((one) => TLS_KEYS.some((key) => one.has(key)));
  const listener = stanzasOf(facts.config.text, 'listener').find(({ body }) =>
    body.has('tls_cert_file'),
  )?.body;
  const asked = listener?.text('tls_require_and_verify_client_cert') === 'true';
  const ca = facts.env.find(({ name }) => /^(?:VAULT|BAO)_CACERT$/.test(name))?.value;
  const shown = {
    leader_tls_servername: tls?.serverName,
    leader_ca_cert_file: ca ?? listener?.text('tls_client_ca_file'),
    leader_client_cert_file: asked ? listener?.text('tls_cert_file') : undefined,
    leader_client_key_file: asked ? listener?.text('tls_key_file') : undefined,
  };
  const found: Partial<Record<TlsKey, string>> = {};
  for (const key of TLS_KEYS) {
    const value = join === undefined ? shown[key] : join.text(key);
    if (value !== undefined && value !== '') found[key] = value;
  }
  return found;
}

/** The values of one retry_join, in the order in which they are written. */
export function retryJoin(
  peer: string,
  facts: ServerFacts,
  tls: Config['tls'],
): Readonly<Record<string, string>> {
  return { leader_api_addr: `${facts.scheme}://${peer}:8200`, ...tlsValues(facts, tls) };
}

/** One retry_join for each of these servers, as HCL. */
export function retryJoinLines(
  peers: readonly string[],
  facts: ServerFacts,
  tls: Config['tls'],
): readonly string[] {
  return peers.flatMap((peer) => {
    const entries = Object.entries(retryJoin(peer, facts, tls));
    const width = Math.max(...entries.map(([key]) => key.length));
    return [
      'retry_join {',
      ...entries.map(([key, value]) => `  ${key.padEnd(width)} = ${JSON.stringify(value)}`),
      '}',
    ];
  });
}
