/**
 * The seal's key is held by another server's transit engine: after the loss of everything the Vault comes back with no
 * unseal key anywhere, neither in a Secret nor in somebody's hands. The seal's token comes from a Secret, as an
 * environment variable of the server.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { COMMAND_LINES } from '../server-in-pod.ts';
import { startTransitInCluster, type TransitInCluster } from '../transit-in-cluster.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(`transit auto-unseal of ${product}`, { value: 8, seconds: 80 }, (it) => {
    let transit: TransitInCluster;
    let release: Release;
    let keys: Keys;

    it.before(async () => {
      await it.namespace(`transit-${product}-keys`);
      transit = await startTransitInCluster(product, `transit-${product}-keys`);
      const token = { envName: COMMAND_LINES[product].token, secretName: 'seal-token', secretKey: 'token' };
      release = await it.release({
        product,
        namespace: `transit-${product}`,
        name: `transit-${product}`,
        autoUnseal: true,
        secrets: { 'seal-token': { token: transit.token } },
        values: {
          server: {
            extraSecretEnvironmentVars: [token],
            ha: { raft: { config: raftConfig(product, transit.stanza) } },
          },
        },
        config: { ...LOGINS[product], vault: { raftConfig: 'render' } },
      });
      await release.render();
    });

    it.step('a first install unseals itself, and is backed up', async () => {
      keys = await firstInstall(release);

      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    it.step('after the loss of everything it comes back with no key in the namespace and no hand on it', async () => {
      await release.loseEverything();

      await comeBack(release, keys);
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
      const names = [
        'get',
        'secrets',
        '-n',
        release.options.namespace,
        '-o',
        'jsonpath={.items[*].metadata.name}',
      ];
      const secrets = (await kubectl(names)).split(' ').filter((name) => !name.startsWith('sh.helm.release'));
      assert.deepEqual(secrets.sort(), ['seal-token', 'snapshot-store']);
    });

    it.step('a restart of the restored server needs no key either', async () => {
      await kubectl(['delete', 'pod', release.server.pod, '-n', release.options.namespace, '--wait=true']);

      await release.server.ready();

      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    });
  });
}
