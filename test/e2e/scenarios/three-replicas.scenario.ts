/**
 * Three replicas of each official chart lose everything and come back as three voters: Vault's chart makes all pods at
 * once, OpenBao's one after the other. Then they have to bear what a cluster bears: a leader that steps down, the loss
 * of each pod, two servers more.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { eventually, kubectl } from '../kubernetes.ts';
import { voters } from '../raft-peers.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import type { ServerInPod } from '../server-in-pod.ts';

const VALUE = 'the value of before';

for (const product of ['vault', 'openbao'] as const) {
  scenario(`three replicas of ${product}`, { value: 10, seconds: 260 }, (it) => {
    let release: Release;
    let keys: Keys;
    let pods: string[];

    it.before(async () => {
      release = await it.release({
        product,
        namespace: `three-${product}`,
        replicas: 3,
        config: { ...LOGINS[product], vault: { raftConfig: 'render' } },
      });
      pods = release.replicas.map(({ pod }) => pod);
      await release.render();
    });

    const allReady = async (): Promise<void> => {
      for (const server of release.replicas) await server.ready();
    };

    /** Through each of them, whoever leads. */
    const allRead = async (servers: readonly ServerInPod[] = release.replicas): Promise<void> => {
      for (const server of servers) {
        await eventually(`the secret through ${server.pod}`, async () => {
          const { code, stdout, stderr } = await server.run(
            ['kv', 'get', '-field=value', 'kv/app'],
            keys.root,
          );
          return code === 0 && stdout === VALUE ? { answer: undefined } : { seen: `${stdout}${stderr}` };
        });
      }
    };

    it.step('a first install: one is initialised, the others join and take the shares', async () => {
      keys = await firstInstall(release);
      await allReady();
      await voters(release, keys.root, pods);

      assert.match(await release.server.log('lifeboat-init'), /a first install/);
      assert.match(
        await release.replica(1).log('lifeboat-init'),
        /has data: nothing is restored|a first install goes on there/,
      );
      assert.match(await backUp(release, keys, VALUE), /BACKED UP .*verified, read back/);
    });

    it.step('after the loss of everything all three come back, and vote', async () => {
      await release.server.writeSecret(keys.root, 'later', 'written after the backup');
      await release.loseEverything();

      await comeBack(release, keys);
      await allReady();

      await release.server.logSays(product, 'RESTORED');
      await voters(release, keys.root, pods);
      await allRead();
      assert.equal(await release.server.readSecret(keys.root, 'later'), undefined);
      // The others had no part in it but to wait and to join.
      for (const follower of release.replicas.slice(1)) {
        const log = await follower.log('lifeboat-init');
        assert.match(log, new RegExp(`${pods[0]}.* ha(s|ve) data: nothing is restored or initialised here`));
        assert.doesNotMatch(log, /Lost quorum/);
        assert.doesNotMatch(log, /looking for a snapshot/);
      }
    });

    it.step('the leader steps down once, and another leads', async () => {
      const leader = await voters(release, keys.root, pods);

      const { code, stderr } = await leader.run(['operator', 'step-down'], keys.root);

      assert.equal(code, 0, stderr);
      await eventually('another leader', async () => {
        const { pod } = await voters(release, keys.root, pods);
        return pod === leader.pod ? { seen: `${pod} still leads` } : { answer: undefined };
      });
      await allRead();
    });

    it.step('each pod is deleted once, and comes back into the cluster without a word about TLS', async () => {
      for (const server of release.replicas) {
        const uid = await server.uid();
        await kubectl(['delete', 'pod', server.pod, '-n', release.options.namespace]);
        await eventually(`a new ${server.pod}`, async () => {
          const now = await server.uid();
          return now === '' || now === uid ? { seen: now } : { answer: undefined };
        });
        await server.ready();
        assert.match(await server.log('lifeboat-init'), /data present/);
        await voters(release, keys.root, pods);
      }

      await allRead();
      for (const server of release.replicas)
        assert.doesNotMatch(await server.log(product), /unrecognized name/, server.pod);
    });

    it.step('two more join', async () => {
      const five = [0, 1, 2, 3, 4].map((ordinal) => release.replica(ordinal));
      await release.render({ values: { server: { ha: { replicas: 5 } } } });

      await release.installServer();

      for (const server of five.slice(3)) await server.ready();
      await voters(
        release,
        keys.root,
        five.map(({ pod }) => pod),
      );
      await allRead(five);
    });
  });
}
