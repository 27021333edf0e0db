/** Who is asked, and where: the configured servers by name, and whoever else stands behind the headless Service. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { RestoreSlice } from '../../contract/slice.ts';
import { connectionWords } from '../vault/transport.ts';
import type { Peer } from './observation.ts';

export type Replicas = RestoreSlice['replicas'];

/** A name's addresses, or why there are none. */
export type Resolved = { readonly addresses: readonly string[] } | { readonly failed: string };

export type Resolve = (name: string) => Promise<Resolved>;

export interface PeerAt {
  readonly peer: Peer;
  readonly at: Resolved;
}

const TIMEOUT = 5000;

export function podName({ statefulSet }: Pick<Replicas, 'statefulSet'>, ordinal: number): string {
  return `${statefulSet}-${ordinal}`;
}

function serviceName({ service, namespace }: Replicas): string {
  return `${service}.${namespace}.svc`;
}

/** All other servers. Where the Service itself cannot be looked up, that stands for those whom it would show. */
export async function othersOf(
  replicas: Replicas,
  ordinal: number,
  resolve: Resolve,
  own: ReadonlySet<string> = ownAddresses(),
): Promise<readonly PeerAt[]> {
  const ordinals = Array.from({ length: replicas.count }, (_, index) => index);
  const [all, ...configured] = await Promise.all([
    resolve(serviceName(replicas)),
    ...ordinals
      .filter((index) => index !== ordinal)
      .map(async (index): Promise<PeerAt> => {
        const name = podName(replicas, index);
        return { peer: { name, ordinal: index }, at: await resolve(`${name}.${serviceName(replicas)}`) };
      }),
  ]);
  if (!('addresses' in all)) {
    // A lone server needs no Service.
    return replicas.count < 2
      ? configured
      : [...configured, { peer: { name: serviceName(replicas) }, at: all }];
  }
  const known = new Set([...own, ...configured.flatMap(({ at }) => ('addresses' in at ? at.addresses : []))]);
  const more = all.addresses.filter((address) => !known.has(address));
  return [
    ...configured,
    ...more.map((address) => ({ peer: { name: address }, at: { addresses: [address] } })),
  ];
}

function ownAddresses(): ReadonlySet<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
  );
}

/** By the pod's own resolver. A look-up that hangs is not begun again before it ended: few of them run at a time. */
export function createResolve(): Resolve {
  const running = new Map<string, Promise<Resolved>>();
  return async (name) => {
    const found = running.get(name) ?? lookUp(name).finally(() => running.delete(name));
    running.set(name, found);
    const late: Resolved = { failed: 'DNS does not answer in time' };
    const cancel = new AbortController();
    const limit = delay(TIMEOUT, late, { signal: cancel.signal }).catch(() => late);
    return await Promise.race([found, limit]).finally(() => cancel.abort());
  };
}

async function lookUp(name: string): Promise<Resolved> {
  try {
    const found = await lookup(name, { all: true });
    // IPv4 first: the pod's listeners take both, a cluster's network mostly that one.
    const sorted = [...found].sort((a, b) => a.family - b.family || (a.address < b.address ? -1 : 1));
    return { addresses: sorted.map(({ address }) => address) };
  } catch (error) {
    return { failed: connectionWords(error) };
  }
}
