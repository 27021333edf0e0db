/** The main road: backup, everything lost, reinstall, restored. On each product, seal and store. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { waitFor } from '../support/vault-operations.ts';
import { World } from '../support/pod/world.ts';
import { eachProduct } from '../support/pod/each-product.ts';

describe('a lost Vault comes back by the commands of its rendered pod', () => {
  eachProduct((product, server) => {
    for (const [shares, threshold] of [
      [1, 1],
      [5, 3],
      [7, 4],
    ] as const) {
      it(`${product}: ${threshold} of ${shares} shares in a Secret, directory store`, async () => {
        const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
        after(() => world.stop());
        const keys = await world.install(shares, threshold, 'hunter2');
        const cluster = (await world.operator.health()).cluster_id;
        const backup = await world.backup();
        assert.equal(backup.code, 0, backup.log);
        await world.loseEverything();

        const inits = await world.startPod();

        assert.deepEqual(inits.map(({ code }) => code), [0, 0], inits.map(({ log }) => log).join('\n'));
        await world.operator.waitForHealth(200);
        assert.equal((await world.operator.health()).cluster_id, cluster);
        world.operator.token = keys.root;
        assert.equal(await world.operator.readSecret(), 'hunter2');
        const policies = await world.operator.must('GET', 'sys/policies/acl/reader');
        assert.match(JSON.stringify(policies), /secret\/data/);
        const mounts = await world.operator.must('GET', 'sys/auth');
        assert.ok('approle/' in mounts);
        await waitFor('the verdict', () => (world.serverLog.includes('RESTORED payments-vault') ? true : undefined));
        const again = await world.backup();
        assert.equal(again.code, 0, again.log);
        await world.stop();
      });
    }
  });
});
