/**
 * One replica of each official chart, from nothing to a backup by the CronJob, and from the loss of namespace, claims,
 * disks and Secrets back to the same data, with the very same lines.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type S3Server, startS3 } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { ADDRESSES } from '../node/layout.ts';
import { Release } from '../release.ts';

for (const product of ['openbao', 'vault'] as const) {
  describe(`one replica of ${product}`, () => {
    let s3: S3Server;
    let release: Release;
    let keys: Keys;

    before(async () => {
      s3 = await startS3({ bucket: 'snapshots', host: ADDRESSES.node });
      release = await Release.create({ product, namespace: `one-${product}`, s3, config: LOGINS[product] });
      await release.render();
    });
    after(async () => {
      await release.end();
      await s3.stop();
    });

    test('a first install is a normal new server', async () => {
      keys = await firstInstall(release);

      assert.match(await release.server.log('lifeboat-init'), /a first install/);
    });

    test('the backup logs in and its snapshot is verified and read back', async () => {
      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    test('after the loss of everything the same lines bring it back', async () => {
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
