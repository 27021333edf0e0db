/**
 * Where a redirect of a standby leads. The official chart advertises pod addresses, which certificates do not carry:
 * so the redirect's host is matched to a configured peer, and the peer is called by its name. A host that no peer
 * stands for is refused: a token is not taken to a place that an answer names.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import { LifeboatError } from '../../contract/errors.ts';

export type Lookup = (host: string) => Promise<readonly string[]>;

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await dnsLookup(host, { all: true });
  return found.map(({ address }) => address);
}

/** The configured peer that `location` means. `location` is a URL, as of a Location header. */
export async function peerFor(
  location: string,
  peers: readonly string[],
  lookup: Lookup = systemLookup,
): Promise<string> {
  const target = hostOf(location);
  const named = peers.filter((peer) => hostOf(peer) === target);
  const found = pick(location, named) ?? pick(location, await peersAt(target, peers, lookup));
  if (found !== undefined) return found;
  throw new LifeboatError(
    'vault',
    `the server redirects to ${originOf(location)}, which is none of the servers of this Vault (${peers.join(', ') || 'none known'})`,
    {
      hint: 'the Service must lead to the active server; check service registration and the labels of the pods',
      retryable: true,
    },
  );
}

/** Peers whose name leads to that address. */
async function peersAt(
  address: string,
  peers: readonly string[],
  lookup: Lookup,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const peer of peers) {
    const addresses: readonly string[] = await lookup(hostOf(peer)).catch(() => []);
    if (addresses.includes(address)) found.push(peer);
  }
  return found;
}

/** Servers that share a host are told apart by the port; one that has its host alone may advertise any. */
function pick(location: string, sharing: readonly string[]): string | undefined {
  const port = portOf(location);
  return sharing.find((peer) => portOf(peer) === port) ?? (sharing.length === 1 ? sharing[0] : undefined);
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function hostOf(url: string): string {
  return parsed(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

function portOf(url: string): string {
  const { port = '', protocol } = parsed(url) ?? {};
  return port !== '' ? port : protocol === 'https:' ? '443' : '80';
}

/** For the message: the address may hold anything behind its host, and no more than the host was looked at. */
function originOf(url: string): string {
  return parsed(url)?.origin ?? 'nowhere';
}
