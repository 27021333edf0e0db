/** What the section on a lost quorum says of this release: who a raft peer is, as the official chart names it. */
import type { ServerFacts } from '../chart/server-facts.ts';

export interface QuorumFacts {
  /** Shell words for the peer of the pod `$POD`. */
  readonly peer: { readonly id: string; readonly address: string };
  /** peers.json for the first pod alone, to be seen; the id is unknown here where the server made it. */
  readonly example: string;
  readonly pods: readonly string[];
  readonly others: readonly string[];
  /** Kubernetes makes each pod only once the one before it is Ready. */
  readonly ordered: boolean;
  /** The first of the others, for an example. */
  readonly second: string;
  /** Empty servers find the leader by themselves. */
  readonly joinsItself: boolean;
}

/** The chart sets the id by a variable, the configuration by `node_id`; else the server makes one and keeps it in a file. */
function nodeId({ env, storage, product }: ServerFacts): string | undefined {
  const prefix = product === 'vault' ? 'VAULT' : 'BAO';
  const variable = env.find(({ name }) => name === `${prefix}_RAFT_NODE_ID`);
  if (variable?.valueFrom !== undefined) return '$POD';
  // The chart's entrypoint fills HOSTNAME with the name of the pod.
  return variable?.value ?? storage?.nodeId?.replaceAll('HOSTNAME', '$POD');
}

function clusterAddress({ env, product }: ServerFacts): string {
  const prefix = product === 'vault' ? 'VAULT' : 'BAO';
  const address = env.findLast(({ name }) => name === `${prefix}_CLUSTER_ADDR`)?.value ?? '';
  return address.replaceAll('$(HOSTNAME)', '$POD').replace(/^https:\/\//, '');
}

/** `rendered`: the overlay adds a retry_join for each server. */
export function quorumFacts(
  facts: ServerFacts,
  rendered: boolean,
  inPod: (command: string) => string,
): QuorumFacts {
  const { fullname, replicas, config, dataPath } = facts;
  const id = nodeId(facts);
  const known = clusterAddress(facts);
  const pods = Array.from({ length: replicas }, (_, number) => `${fullname}-${number}`);
  const [first = ''] = pods;
  const seen = (text: string): string => text.replaceAll('$POD', first);
  const peer = {
    id: seen(id ?? `what ${dataPath}/node-id says`),
    address: seen(known),
    non_voter: false,
  };
  return {
    peer: { id: id ?? `$(${inPod(`cat ${dataPath}/node-id`)})`, address: known },
    example: JSON.stringify([peer], undefined, 2),
    pods,
    others: pods.slice(1),
    ordered: facts.ordered,
    second: pods[1] ?? '',
    joinsItself: rendered || /\bretry_join\b/.test(config.text),
  };
}
