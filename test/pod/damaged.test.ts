/** A damaged newest snapshot is refused by name; the one before is taken only where the configuration says so. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { eachProduct } from '../support/pod/each-product.ts';
import { World } from '../support/pod/world.ts';

function snapshotsOf(world: World): readonly string[] {
  return readdirSync(join(world.snapshots, 'payments-vault', 'snapshots'))
    .filter((name) => name.endsWith('.snap'))
    .sort();
}

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

describe('a damaged newest snapshot', () => {
  eachProduct((product, server, it) => {
    it(`${product}: is refused by name; the previous one comes back where restore.whenDamaged allows`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'older');
      assert.equal((await world.backup()).code, 0);
      await world.operator.must('POST', 'secret/data/app', { data: { password: 'newer' } });
      await new Promise((resolve) => setTimeout(resolve, 1100)); // names carry seconds: the second snapshot needs its own
      assert.equal((await world.backup()).code, 0);
      const [, newest = ''] = snapshotsOf(world);
      flipByte(join(world.snapshots, 'payments-vault', 'snapshots', newest));
      await world.loseEverything();

      const [refused] = await world.startPod();
      assert.equal(refused?.code, 13, refused?.log);
      assert.ok(refused?.log.includes(`snapshots/${newest} is damaged`), refused?.log);
      assert.match(refused?.log ?? '', /next: set restore\.whenDamaged: previous/);
      assert.deepEqual(readdirSync(world.data), ['.lifeboat']);

      await world.render({ whenDamaged: 'previous' });
      const inits = await world.startPod();
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        inits.map(({ log }) => log).join(''),
      );
      assert.match(inits[0]?.log ?? '', /taking the previous verified snapshot/);
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'older');
    });

    it(`${product}: shares of another Vault are refused offline; so is a backup of a mistaken fresh install`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      const right = world.secrets['vault-unseal-keys'];
      const pointer = readFileSync(join(world.snapshots, 'payments-vault', 'latest.json'), 'utf8');
      await world.loseEverything();
      const away = join(world.folder, 'away');
      world.hideSnapshots(away);
      await world.install(5, 3, 'a mistaken fresh install');
      const wrong = world.secrets['vault-unseal-keys'];
      world.hideSnapshots(away, 'back');

      const backup = await world.backup();
      assert.equal(backup.code, 11, backup.log);
      assert.match(backup.log, /next: .*backup\.takeOver: /);
      assert.equal(readFileSync(join(world.snapshots, 'payments-vault', 'latest.json'), 'utf8'), pointer);
      assert.equal(snapshotsOf(world).length, 1);

      await world.loseEverything();
      world.secrets['vault-unseal-keys'] = wrong ?? {};
      const [refused] = await world.startPod();
      assert.equal(refused?.code, 12, refused?.log);
      assert.match(
        refused?.log ?? '',
        /belong to another Vault or another time|no set of unseal shares opens/,
      );
      delete world.secrets['vault-unseal-keys'];
      const pod = world.newPod();
      const waiting = pod.startInit('lifeboat-init');
      await waiting.says(/\[waiting-for-secret\]: .*unseal shares/);
      pod.putSecret('vault-unseal-keys', wrong ?? {});
      assert.equal(await waiting.ended, 12, waiting.log);
      world.secrets['vault-unseal-keys'] = {
        '2026-01-01': (wrong as { shares: string }).shares,
        '2025-06-01': (right as { shares: string }).shares,
      };
      const inits = await world.startPod();
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        inits.map(({ log }) => log).join(''),
      );
      assert.match(inits[0]?.log ?? '', /the unseal shares of 2025-06-01 open/);
      await world.operator.waitForHealth(200);
    });
  });
});
