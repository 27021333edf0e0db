/** Restores of a Vault whose seal is another server's transit engine: back with no keys, or refused before any harm. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { eachProduct } from '../support/pod/each-product.ts';
import { World } from '../support/pod/world.ts';
import { startTransit } from '../support/start-transit.ts';
import { waitFor } from '../support/vault-operations.ts';

describe('a lost Vault with an auto-unseal seal', () => {
  eachProduct((product, server, it) => {
    it(`${product}: comes back with no keys anywhere; with another key it is refused and nothing is touched`, async (t) => {
      const found = await server();
      const transit = await startTransit(found.serverBinary);
      t.after(() => transit.stop());
      const world = await World.create({ ...found, store: 'directory', seal: transit.stanza('unseal') });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'hunter2');
      const backup = await world.backup();
      assert.equal(backup.code, 0, backup.log);
      await world.loseEverything();

      const other = await World.create({ ...found, store: 'directory', seal: transit.stanza('other') });
      t.after(() => other.stop());
      world.copySnapshotsTo(other);
      const refused = await other.startPod();
      assert.deepEqual(
        refused.map(({ code }) => code),
        [0, 12],
        refused.map(({ log }) => log).join(''),
      );
      assert.match(refused[1]?.log ?? '', /was sealed by another key/);
      assert.match(refused[1]?.log ?? '', /next: .*key of the lost server/);
      assert.deepEqual(readdirSync(other.data), ['.lifeboat']);

      const inits = await world.startPod();
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        inits.map(({ log }) => log).join(''),
      );
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
      assert.equal(existsSync(join(world.data, 'vault.db')), true);
      await waitFor('the verdict', () =>
        world.serverLog.includes('RESTORED payments-vault') ? true : undefined,
      );
    });

    it(`${product}: a snapshot of a Shamir Vault is refused before a server is started`, async (t) => {
      const found = await server();
      const shamir = await World.create({ ...found, store: 'directory', unseal: 'shares' });
      t.after(() => shamir.stop());
      await shamir.install(1, 1, 'hunter2');
      assert.equal((await shamir.backup()).code, 0);
      await shamir.loseEverything();
      const transit = await startTransit(found.serverBinary);
      t.after(() => transit.stop());
      const world = await World.create({ ...found, store: 'directory', seal: transit.stanza('unseal') });
      t.after(() => world.stop());
      shamir.copySnapshotsTo(world);

      const [init] = await world.startPod();

      assert.equal(init?.code, 12, init?.log);
      assert.match(
        init?.log ?? '',
        /sealed with Shamir shares, but \w+ is configured with an auto-unseal seal/,
      );
      assert.deepEqual(readdirSync(world.data), ['.lifeboat']);
    });
  });
});
