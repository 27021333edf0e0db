/**
 * The day everything is gone, by the runbook: namespace, claims, volumes and Secrets are lost, and the runbook's own lines,
 * pasted, bring the server back, whichever of the two charts comes first. Clients find it by the name of its Service.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { readAsClient } from '../client-pod.ts';
import { backUp, firstInstall } from '../first-install.ts';
import type { Release } from '../release.ts';
import { Runbook } from '../runbook.ts';
import { scenario } from '../scenario.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(
    `everything of ${product} is gone, and comes back by its runbook`,
    { value: 10, seconds: 90 },
    (it) => {
      const clients = `clients-of-gone-${product}`;
      let release: Release;
      let runbook: Runbook;
      let keys: Keys;

      /** From another namespace, by the Service that leads to the active server. */
      function read(pod: string, secret: string): Promise<string> {
        const address = `http://${release.fullname}-active.${release.options.namespace}.svc:8200`;
        return readAsClient({ product, namespace: clients, address, token: keys.root }, pod, secret);
      }

      it.before(async () => {
        release = await it.release({ product, namespace: `gone-${product}` });
        await it.namespace(clients);
        await release.render();
        runbook = await Runbook.open(release);
        it.atEnd(() => runbook.end());
        keys = await firstInstall(release);
        await backUp(release, keys, 'the value of the snapshot');
      });

      it.step('the runbook writes down what must survive elsewhere', async () => {
        const [save = ''] = await runbook.blocks('What must survive elsewhere');

        await runbook.paste([save]);
        await release.server.writeSecret(keys.root, 'app', 'written after the snapshot');
      });

      it.step('its lines bring back Secrets, server and backup, and show what the store holds', async () => {
        await release.loseEverything();

        const said = await runbook.paste(await runbook.blocks('The day everything is gone'));

        assert.match(said, /snapshots\/\S+\.snap/, 'the listing of the store');
        assert.match(said, /RESTORED gone-/);
      });

      it.step('a client of another namespace reads through the Service', async () => {
        assert.equal(await read('first', 'app'), 'the value of the snapshot');
      });

      it.step('the backup logs in as before, and goes on under the same name', async () => {
        await release.server.writeSecret(keys.root, 'app', 'the value of the second snapshot');

        assert.match(await release.backupNow('after-the-disaster'), /BACKED UP .*verified, read back/);
      });

      it.step('with our chart first it comes back, too', async () => {
        const [secrets = '', store = '', lines = ''] = await runbook.blocks('The day everything is gone');
        const rows = lines.trimEnd().split('\n');
        const ours = rows.pop() ?? '';
        assert.match(ours, /^helm upgrade --install \S+ "\$LIFEBOAT_CHART"/);
        await release.loseEverything();

        const said = await runbook.paste([secrets, store, ours, ...rows]);

        assert.match(said, /RESTORED gone-/);
        assert.equal(await read('second', 'app'), 'the value of the second snapshot');
      });
    },
  );
}
