/** The main road: backup, everything lost, reinstall, restored. On each product, with each way to hold the keys. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { eachProduct, s3Store } from '../support/pod/each-product.ts';
import { World, type WorldOptions } from '../support/pod/world.ts';
import { type Keys, waitFor } from '../support/vault-operations.ts';

/** What must be there again: secrets, policies, tokens, auth methods, the identity of the cluster. */
async function requireAllBack(world: World, keys: Keys, cluster: unknown): Promise<void> {
  assert.equal((await world.operator.health()).cluster_id, cluster);
  world.operator.token = keys.root;
  assert.equal(await world.operator.readSecret(), 'hunter2');
  assert.match(JSON.stringify(await world.operator.must('GET', 'sys/policies/acl/reader')), /secret\/data/);
  assert.ok('approle/' in (await world.operator.must('GET', 'sys/auth')));
  await waitFor('the verdict', () =>
    world.serverLog.includes('RESTORED payments-vault') ? true : undefined,
  );
}

async function installAndLose(
  world: World,
  shares: number,
  threshold: number,
): Promise<{ keys: Keys; cluster: unknown }> {
  const keys = await world.install(shares, threshold, 'hunter2');
  const cluster = (await world.operator.health()).cluster_id;
  const backup = await world.backup();
  assert.equal(backup.code, 0, backup.log);
  assert.match(backup.log, /BACKED UP payments-vault to snapshots\/.*verified, read back/);
  await world.loseEverything();
  return { keys, cluster };
}

function requireSuccess(inits: readonly { name: string; code: number; log: string }[]): string {
  const log = inits.map((init) => init.log).join('');
  assert.deepEqual(
    inits.map(({ code }) => code),
    [0, 0],
    log,
  );
  return log;
}

describe('a lost Vault comes back by the commands of its rendered pod', () => {
  eachProduct((product, server, it) => {
    const withWorld = async (
      t: { after: (work: () => Promise<void>) => void },
      options: Pick<WorldOptions, 'store' | 'unseal'>,
    ): Promise<World> => {
      const world = await World.create({ ...(await server()), ...options });
      t.after(() => world.stop());
      return world;
    };

    for (const [shares, threshold] of [
      [1, 1],
      [7, 4],
    ] as const) {
      it(`${product}: ${threshold} of ${shares} shares in a Secret, directory store`, async (t) => {
        const world = await withWorld(t, { store: 'directory', unseal: 'shares' });
        const { keys, cluster } = await installAndLose(world, shares, threshold);

        const log = requireSuccess(await world.startPod());

        assert.match(log, /the root token of the fresh server is refused/);
        await world.operator.waitForHealth(200);
        await requireAllBack(world, keys, cluster);
      });
    }

    it.withS3(
      `${product}: 3 of 5 shares in a Secret, S3; the next backup goes on under the same name`,
      async (t) => {
        const s3 = await s3Store(t);
        const world = await withWorld(t, { store: s3.store, unseal: 'shares' });
        const { keys, cluster } = await installAndLose(world, 5, 3);

        requireSuccess(await world.startPod());

        await world.operator.waitForHealth(200);
        await requireAllBack(world, keys, cluster);
        const folder = join(s3.dataFolder, 'vault', 'backups', 'payments-vault');
        await waitFor('both receipts', () =>
          readdirSync(join(folder, 'receipts')).length === 2 ? true : undefined,
        );
        const again = await world.backup();
        assert.equal(again.code, 0, again.log);
        assert.equal(
          readdirSync(join(folder, 'snapshots')).filter((name) => name.endsWith('.snap')).length,
          2,
        );
      },
    );

    it(`${product}: people hold the keys: it says who is waited for, and goes on after a manual unseal`, async (t) => {
      const world = await withWorld(t, { store: 'directory', unseal: 'manual' });
      const { keys, cluster } = await installAndLose(world, 5, 3);

      const log = requireSuccess(await world.startPod());

      assert.match(log, /restored, sealed, waits for 3 of 5 unseal shares/);
      assert.doesNotMatch(log, /RESTORED/);
      const waits = (given: number) =>
        waitFor('the wait', () =>
          world.serverLog.includes(`waits for people, ${given} of 3 unseal shares given`) ? true : undefined,
        );
      await waits(0);
      await world.operator.must('PUT', 'sys/unseal', { key: keys.shares[4] });
      await waits(1);
      await world.operator.unseal(keys.shares);
      await requireAllBack(world, keys, cluster);
    });
  });
});
