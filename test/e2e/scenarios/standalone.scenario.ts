/**
 * One server without high availability, which stores in raft all the same: its data is mounted at another place, all of
 * its objects have a name of their own, and the backup calls it by the one Service that there is.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

const DATA = '/srv/secrets';

for (const product of ['vault', 'openbao'] as const) {
  scenario(`a standalone ${product} with raft storage at another path`, { value: 5, seconds: 60 }, (it) => {
    const namespace = `standalone-${product}`;
    const fullname = `the-${product}`;
    let release: Release;
    let keys: Keys;

    it.before(async () => {
      release = await it.release({
        product,
        namespace,
        fullname,
        values: {
          fullnameOverride: fullname,
          server: {
            dataStorage: { mountPath: DATA },
            ha: { enabled: false, raft: { enabled: false } },
            standalone: { enabled: true, config: raftConfig({ path: DATA }) },
          },
        },
        config: LOGINS[product],
      });
      await release.render();
    });

    it.step('is backed up by its one Service', async () => {
      keys = await firstInstall(release);

      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
      const config = [
        'get',
        'configmap',
        '-n',
        namespace,
        `${release.name}-lifeboat`,
        '-o',
        'jsonpath={.data}',
      ];
      assert.match(await kubectl(config), new RegExp(`http://${fullname}\\.${namespace}\\.svc:8200`));
    });

    it.step('and comes back after the loss of everything', async () => {
      await release.loseEverything();

      await comeBack(release, keys);
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
      assert.match(await release.server.log('lifeboat-init'), new RegExp(`no data in ${DATA}`));
    });
  });
}
