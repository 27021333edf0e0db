/**
 * One replica of each official chart, from nothing to a backup by the CronJob, and from the loss of namespace, claims,
 * disks and Secrets back to the same data, with the very same lines.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(`one replica of ${product}`, { value: 10, seconds: 60 }, (it) => {
    let release: Release;
    let keys: Keys;

    it.before(async () => {
      release = await it.release({ product, namespace: `one-${product}`, config: LOGINS[product] });
      await release.render();
    });

    it.step('a first install is a normal new server', async () => {
      keys = await firstInstall(release);

      assert.match(await release.server.log('lifeboat-init'), /a first install/);
    });

    it.step('the backup logs in and its snapshot is verified and read back', async () => {
      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    it.step('after the loss of everything the same lines bring it back', async () => {
      await release.server.writeSecret(keys.root, 'later', 'written after the backup');
      await release.loseEverything();

      await comeBack(release, keys);
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
      assert.equal(await release.server.readSecret(keys.root, 'later'), undefined);
    });
  });
}
