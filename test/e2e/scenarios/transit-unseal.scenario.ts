/**
 * The seal's key is held by another server's transit engine: after the loss of everything three servers come back with no
 * unseal key anywhere, neither in a Secret nor in somebody's hands. The seal's token comes from a Secret, as an
 * environment variable of the server.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import { voters } from '../raft-peers.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { COMMAND_LINES } from '../server-in-pod.ts';
import { startTransitInCluster, type TransitInCluster } from '../transit-in-cluster.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(`transit auto-unseal of ${product}`, { value: 8, seconds: 150 }, (it) => {
    let transit: TransitInCluster;
    let release: Release;
    let keys: Keys;

    it.before(async () => {
      const keysOf = `transit-${product}-keys`;
      await it.namespace(keysOf);
      transit = await startTransitInCluster(product, keysOf);
      const token = { envName: COMMAND_LINES[product].token, secretName: 'seal-token', secretKey: 'token' };
      release = await it.release({
        product,
        namespace: `transit-${product}`,
        autoUnseal: true,
        replicas: 3,
        secrets: { 'seal-token': { token: transit.token } },
        values: {
          server: {
            extraSecretEnvironmentVars: [token],
            ha: { raft: { config: raftConfig({ path: `/${product}/data`, more: transit.stanza }) } },
          },
        },
        config: { ...LOGINS[product], vault: { raftConfig: 'render' } },
      });
      await release.render();
    });

    const allVote = async (): Promise<void> => {
      for (const server of release.replicas) await server.ready();
      await voters(
        release,
        keys.root,
        release.replicas.map(({ pod }) => pod),
      );
    };

    it.step('a first install: one is initialised, and all unseal themselves', async () => {
      keys = await firstInstall(release);
      await allVote();

      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    it.step('after the loss of everything it comes back with no key in the namespace and no hand on it', async () => {
      await release.loseEverything();

      await comeBack(release, keys);
      await allVote();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
      const { namespace } = release.options;
      const names = ['get', 'secrets', '-n', namespace, '-o', 'jsonpath={.items[*].metadata.name}'];
      const secrets = (await kubectl(names)).split(' ').filter((name) => !name.startsWith('sh.helm.release'));
      assert.deepEqual(secrets.sort(), ['seal-token', 'snapshot-store']);
    });

    it.step('a restart of the restored server needs no key either', async () => {
      await kubectl(['delete', 'pod', release.server.pod, '-n', release.options.namespace, '--wait=true']);

      await allVote();

      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    });
  });
}
