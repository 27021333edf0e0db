/**
 * A server that lost its disk joins again under the address that it had, as the pods of a StatefulSet do: what the list of
 * raft peers says of it then, with a node id that stays and with one that the server makes anew.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { requireTool } from '../support/skip.ts';
import { startCluster } from '../support/start-cluster.ts';
import { type Operator, waitFor } from '../support/vault-operations.ts';

interface Peer {
  readonly node_id: string;
  readonly address: string;
  readonly voter: boolean;
}

async function peers(leader: Operator): Promise<readonly Peer[]> {
  const { data } = await leader.must('GET', 'sys/storage/raft/configuration');
  return (data as { config: { servers: readonly Peer[] } }).config.servers;
}

for (const tool of ['vault', 'bao'] as const) {
  describe(`a server of ${tool} that comes back with an empty disk`, () => {
    for (const makesNodeIds of [false, true]) {
      const id = makesNodeIds ? 'a new node id' : 'the node id of before';
      test(`with ${id}, it has one entry, votes, and nobody removes a peer by hand`, async (t) => {
        const found = await requireTool(t, tool);
        if (found === undefined) return;
        const cluster = await startCluster({ binary: found.path, servers: 3, makesNodeIds });
        try {
          const leader = await cluster.leader();
          leader.operator.token = cluster.root;
          const before = await peers(leader.operator);
          const [lost] = await cluster.standbys();
          assert.ok(lost);
          const was = before.find(({ address }) => address === lost.clusterAddress);

          await lost.restart({ empty: true });

          const now = await waitFor(`the vote of ${lost.name}`, async () => {
            const status = await lost.operator.healthStatus();
            if (status === 503) await lost.operator.call('PUT', 'sys/unseal', { key: cluster.share });
            const seen = await peers(leader.operator);
            return status === 429 && seen.length === 3 && seen.every(({ voter }) => voter) ? seen : undefined;
          });
          const addresses = (list: readonly Peer[]): readonly string[] =>
            list.map(({ address }) => address).sort();
          assert.deepEqual(addresses(now), addresses(before));
          const is = now.find(({ address }) => address === lost.clusterAddress);
          assert.equal(is?.node_id !== was?.node_id, makesNodeIds);
        } finally {
          await cluster.stop();
        }
      });
    }
  });
}
