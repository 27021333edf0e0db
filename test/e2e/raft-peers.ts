/** The servers of one raft cluster, as its leader counts them. */
import { eventually } from './kubernetes.ts';
import type { Release } from './release.ts';
import { COMMAND_LINES, type ServerInPod } from './server-in-pod.ts';

interface RaftServer {
  readonly node_id: string;
  readonly leader: boolean;
  readonly voter: boolean;
}

/** Undefined where this server knows no leader to ask. */
async function peersSeenBy(server: ServerInPod, root: string): Promise<readonly RaftServer[] | undefined> {
  const { code, stdout } = await server.run(['operator', 'raft', 'list-peers', '-format=json'], root);
  if (code !== 0) return undefined;
  const { data } = JSON.parse(stdout) as { data: { config: { servers: readonly RaftServer[] } } };
  return data.config.servers;
}

function told(servers: readonly RaftServer[] | undefined): string {
  return (servers ?? [])
    .map(
      ({ node_id: id, leader, voter }) => `${id}${voter ? '' : ' (no vote yet)'}${leader ? ' (leader)' : ''}`,
    )
    .sort()
    .join(', ');
}

/** Waits until these pods and no others vote, with a leader among them; resolves to its pod. */
export async function voters(release: Release, root: string, pods: readonly string[]): Promise<ServerInPod> {
  const wanted = [...pods].sort().join(' ');
  return eventually(`the votes of ${wanted}`, async () => {
    for (const server of release.replicas) {
      const servers = await peersSeenBy(server, root);
      const leader = servers?.find((one) => one.leader)?.node_id;
      const vote = servers?.filter(({ voter }) => voter).map(({ node_id: id }) => id);
      if (leader !== undefined && servers?.length === pods.length && vote?.sort().join(' ') === wanted)
        return { answer: release.pod(leader) };
      if (servers !== undefined) return { seen: told(servers) };
    }
    return { seen: `no server of ${COMMAND_LINES[release.options.product].binary} knows a leader` };
  });
}
