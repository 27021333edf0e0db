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
  const named = peers.find((peer) => hostOf(peer) === target);
  if (named !== undefined) return named;
  for (const peer of peers) {
    const addresses: readonly string[] = await lookup(hostOf(peer)).catch(() => []);
    if (addresses.includes(target)) return peer;
  }
  throw new LifeboatError(
    'vault',
    `the server redirects to ${target || 'nowhere'}, which is none of the servers of this Vault (${peers.join(', ') || 'none known'})`,
    {
      hint: 'the Service must lead to the active server; check service registration and the labels of the pods',
      retryable: true,
    },
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return '';
  }
}
