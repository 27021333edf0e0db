/**
 * Three replicas of which some lose their disks, and never all. Whoever has data has newer data than the snapshot: the
 * empty ones join, and nothing is initialised or restored, whatever state the others are in.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { type Keys, Operator } from '../../support/vault-operations.ts';
import { backUp, firstInstall, LOGINS } from '../first-install.ts';
import { eventually, kubectl, tryKubectl } from '../kubernetes.ts';
import { pastePage } from '../pasted-page.ts';
import { voters } from '../raft-peers.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import type { ServerInPod } from '../server-in-pod.ts';

const NAMESPACE = 'lost-vault';

scenario('three replicas, some without their disks', { value: 9, seconds: 420 }, (it) => {
  let release: Release;
  let keys: Keys;
  let cluster: unknown;

  const clusterId = async (server: ServerInPod): Promise<unknown> =>
    (await new Operator(await server.address()).health()).cluster_id;

  const deletePods = (...servers: readonly ServerInPod[]): Promise<string> =>
    kubectl(['delete', 'pod', '-n', NAMESPACE, ...servers.map(({ pod }) => pod)]);

  /** Three voters with the data of before, which no snapshot has; the store was not asked, and nothing was restored. */
  async function unchanged(): Promise<void> {
    for (const server of release.replicas) await server.ready(600);
    await voters(
      release,
      keys.root,
      release.replicas.map(({ pod }) => pod),
    );
    for (const server of release.replicas) {
      assert.equal(await server.readSecret(keys.root, 'later'), 'written after the backup', server.pod);
      assert.equal(await clusterId(server), cluster, server.pod);
    }
    const stored = await readdir(release.options.s3.dataFolder, { recursive: true });
    assert.deepEqual(
      stored.filter((file) => file.includes('receipts/')),
      [],
    );
  }

  async function joins(server: ServerInPod): Promise<string> {
    const log = await server.logSays('lifeboat-init', 'nothing is restored or initialised here');
    assert.doesNotMatch(log, /looking for a snapshot/);
    return log;
  }

  it.before(async () => {
    release = await it.release({
      product: 'vault',
      namespace: NAMESPACE,
      replicas: 3,
      config: { ...LOGINS.vault, vault: { raftConfig: 'render' } },
    });
    await release.render();
    keys = await firstInstall(release);
    for (const server of release.replicas) await server.ready(600);
    await backUp(release, keys, 'the value of before');
    await release.server.writeSecret(keys.root, 'later', 'written after the backup');
    cluster = await clusterId(release.server);
    await unchanged();
  });

  it.step('ordinal 0 joins the two that live', async () => {
    await release.loseDisk(0);

    await joins(release.server);
    await unchanged();
  });

  it.step('ordinal 0 waits for the two that restart, and joins', async () => {
    await Promise.all([release.loseDisk(0), deletePods(release.replica(1), release.replica(2))]);

    await joins(release.server);
    await unchanged();
  });

  it.step('ordinal 0 sees that the two others are sealed, and joins once they are open', async () => {
    await kubectl(['delete', 'secret', 'unseal-shares', '-n', NAMESPACE]);
    await deletePods(release.replica(1), release.replica(2));
    await release.loseDisk(0);

    assert.match(await joins(release.server), /a server with data, sealed/);
    await release.giveShares(keys);
    await unchanged();
  });

  for (const ordinal of [1, 2])
    it.step(`follower ${ordinal} joins`, async () => {
      await release.loseDisk(ordinal);

      await joins(release.replica(ordinal));
      await unchanged();
    });

  it.step('two of three: both wait to join, and their logs name the page', async () => {
    await release.loseDisk(0, 1);

    for (const server of [release.replica(0), release.replica(1)]) {
      assert.match(await joins(server), /1 of 3 servers is seen with data.*docs\/lost-quorum\.md/);
      await server.answers();
      const { body } = await new Operator(await server.address()).call('GET', 'sys/init');
      assert.deepEqual(body, { initialized: false }, server.pod);
      await server.logSays('vault', 'docs/lost-quorum.md');
    }
  });

  it.step('the page makes the third the leader, the two join, and a backup is taken', async () => {
    await pastePage('docs/lost-quorum.md', release, 'peers.json');

    await unchanged();
    await eventually('the backup', async () => {
      const { stdout: log } = await tryKubectl(['logs', '-n', NAMESPACE, 'job/vault-lifeboat-quorum']);
      return log.includes('BACKED UP') ? { answer: undefined } : { seen: log };
    });
  });
});
