/**
 * The oldest version of each official chart that is built in, installed for real. The newest ones are those of every
 * other scenario; what each version makes of our values is asked of Helm alone (test/render/arrives.test.ts).
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { OFFICIAL_CHARTS } from '../../../generator/chart/official-charts.ts';
import { type S3Server, startS3 } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { ADDRESSES } from '../node/layout.ts';
import { Release } from '../release.ts';

for (const product of ['openbao', 'vault'] as const) {
  const oldest = OFFICIAL_CHARTS.find((chart) => chart.product === product)?.version ?? '';

  describe(`the oldest chart of ${product}, ${oldest}`, () => {
    const namespace = `oldest-${product}`;
    let s3: S3Server;
    let release: Release;
    let keys: Keys;

    before(async () => {
      s3 = await startS3({ bucket: 'snapshots', host: ADDRESSES.node });
      const chartVersion = oldest;
      release = await Release.create({ product, namespace, chartVersion, s3, config: LOGINS[product] });
      await release.render();
    });
    after(async () => {
      await release.end();
      await s3.stop();
    });

    test('a first install and its backup', async () => {
      keys = await firstInstall(release);

      const label = 'jsonpath={.spec.template.metadata.labels.helm\\.sh/chart}';
      const set = ['get', 'statefulset', release.fullname, '-n', namespace, '-o', label];
      assert.equal(await kubectl(set), `${product}-${oldest}`);
      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    test('after the loss of everything the same lines bring it back', async () => {
      await release.loseEverything();

      await comeBack(release, keys);
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    });
  });
}
