/**
 * The oldest version of each official chart that is built in, installed for real. The newest ones are those of every
 * other scenario; what each version makes of our values is asked of Helm alone (test/render/arrives.test.ts).
 */
import assert from 'node:assert/strict';
import { OFFICIAL_CHARTS } from '../../../generator/chart/official-charts.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

for (const product of ['openbao', 'vault'] as const) {
  const oldest = OFFICIAL_CHARTS.find((chart) => chart.product === product)?.version ?? '';

  scenario(`the oldest chart of ${product}, ${oldest}`, { value: 6, seconds: 70 }, (it) => {
    const namespace = `oldest-${product}`;
    let release: Release;
    let keys: Keys;

    it.before(async () => {
      const chartVersion = oldest;
      release = await it.release({ product, namespace, chartVersion, config: LOGINS[product] });
      await release.render();
    });

    it.step('a first install and its backup', async () => {
      keys = await firstInstall(release);

      const label = 'jsonpath={.spec.template.metadata.labels.helm\\.sh/chart}';
      const set = ['get', 'statefulset', release.fullname, '-n', namespace, '-o', label];
      assert.equal(await kubectl(set), `${product}-${oldest}`);
      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    });

    it.step('after the loss of everything the same lines bring it back', async () => {
      await release.loseEverything();

      await comeBack(release, keys);
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    });
  });
}
