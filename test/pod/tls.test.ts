/** The same road behind a TLS listener whose certificate knows no address, checked by a private CA. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { certificateFor } from '../support/certificates.ts';
import { eachProduct } from '../support/pod/each-product.ts';
import { World } from '../support/pod/world.ts';
import { waitFor } from '../support/vault-operations.ts';

// The operator of these tests is no part of the product: it does not check certificates, lifeboat does.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');

describe('a lost Vault with a TLS listener', () => {
  eachProduct((product, server, it) => {
    it(`${product}: backup and worker check the certificate by the configured CA and name; a foreign CA is refused`, async (t) => {
      const serverName = `${product}.vault.svc`;
      const files = await certificateFor(serverName);
      const world = await World.create({
        ...(await server()),
        store: 'directory',
        unseal: 'shares',
        tls: { files, serverName },
      });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'hunter2');
      const good = world.secrets;

      world.secrets = {
        ...good,
        'vault-tls': { ...files, 'ca.crt': (await certificateFor(serverName))['ca.crt'] ?? '' },
      };
      const foreign = await world.backup();
      assert.equal(foreign.code, 15, foreign.log);
      assert.match(foreign.log, /its certificate is not accepted/);
      assert.match(foreign.log, /next: .*vault\.tls\.ca/);
      world.secrets = good;
      const backup = await world.backup();
      assert.equal(backup.code, 0, backup.log);
      await world.loseEverything();

      const inits = await world.startPod();

      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        inits.map(({ log }) => log).join(''),
      );
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
      await waitFor('the verdict', () =>
        world.serverLog.includes('RESTORED payments-vault') ? true : undefined,
      );
    });
  });
});
