/** With data present the init containers touch nothing, ask nobody and never fail, whatever is broken in lifeboat. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe } from 'node:test';
import { eachProduct, s3Store } from '../support/pod/each-product.ts';
import { fingerprint } from '../support/pod/fingerprint.ts';
import type { Container, EnvEntry } from '../support/pod/pod-template.ts';
import { World } from '../support/pod/world.ts';

/** A changed copy of the rendered init container `name`. */
function change(world: World, name: string, with_: (container: Container) => Container): void {
  const { server } = world.rendered;
  const initContainers = server.initContainers.map((container) =>
    container.name === name ? with_(container) : container,
  );
  world.rendered = { ...world.rendered, server: { ...server, initContainers } };
}

function withConfig(text: (old: string) => string): (container: Container) => Container {
  return (container) => ({
    ...container,
    env: (container.env ?? []).map(
      (entry): EnvEntry =>
        entry.name === 'LIFEBOAT_CONFIG' ? { name: entry.name, value: text(entry.value ?? '') } : entry,
    ),
  });
}

describe('a pod whose disk holds a Vault', () => {
  eachProduct((product, server, it) => {
    it.withS3(
      `${product}: not one byte is touched, the store is not asked, whatever is broken`,
      async (t) => {
        const s3 = await s3Store(t);
        const world = await World.create({ ...(await server()), store: s3.store, unseal: 'shares' });
        t.after(() => world.stop());
        const keys = await world.install(5, 3, 'hunter2');
        await world.pod?.stop();
        let asked = 0;
        const hanging = createServer(() => void asked++);
        await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
        t.after(() => void hanging.close());
        const port = (hanging.address() as { port: number }).port;
        const before = fingerprint(world.data);
        const rendered = world.rendered;
        const secrets = world.secrets;
        const cases: Record<string, () => void> = {
          'as rendered': () => {},
          'a configuration that is no JSON': () =>
            change(
              world,
              'lifeboat-init',
              withConfig(() => '{"version":'),
            ),
          'a configuration of another version': () =>
            change(
              world,
              'lifeboat-init',
              withConfig((old) => old.replace('"version":1', '"version":99')),
            ),
          'no configuration': () =>
            change(world, 'lifeboat-init', (container) => ({ ...container, env: [] })),
          'a hanging store': () =>
            change(
              world,
              'lifeboat-init',
              withConfig((old) => old.replace(/s3\.storage\.svc:\d+/, `s3.storage.svc:${port}`)),
            ),
          'missing Secrets': () => {
            world.secrets = {};
          },
        };
        for (const [name, breakIt] of Object.entries(cases)) {
          world.rendered = rendered;
          world.secrets = secrets;
          breakIt();
          const inits = await world.newPod().runInits();
          assert.deepEqual(
            inits.map(({ code }) => code),
            [0, 0],
            `${name}: ${inits.map(({ log }) => log).join('')}`,
          );
          assert.match(inits[0]?.log ?? '', /data present \(.*belongs to an initialised server\)/, name);
          assert.deepEqual(fingerprint(world.data), before, name);
        }
        assert.equal(asked, 0, 'the store was asked');

        // No runtime and no note: the emptyDir was lost between the two containers.
        world.rendered = rendered;
        const bare = world.newPod();
        const restore = bare.startInit('lifeboat-restore');
        assert.equal(await restore.ended, 0, restore.log);
        assert.deepEqual(fingerprint(world.data), before);

        world.secrets = secrets;
        await world.startPod();
        await world.operator.waitForHealth(200);
        world.operator.token = keys.root;
        assert.equal(await world.operator.readSecret(), 'hunter2');
      },
    );

    it(`${product}: a server that was started but never initialised is no data: set aside and restored over`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      const { folder } = world;
      const snapshots = join(folder, 'snapshots-away');
      world.hideSnapshots(snapshots);
      await world.loseEverything();
      const first = await world.startPod();
      assert.match(first[0]?.log ?? '', /a first install, the server starts empty/);
      await world.operator.waitForHealth(501);
      await world.pod?.stop();
      assert.ok(existsSync(join(world.data, 'vault.db')));
      world.hideSnapshots(snapshots, 'back');

      const inits = await world.startPod();

      const log = inits.map((init) => init.log).join('');
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        log,
      );
      assert.match(log, /never initialised were moved to .*aside-1/);
      assert.deepEqual(readdirSync(join(world.data, '.lifeboat', 'aside-1')).sort(), ['raft', 'vault.db']);
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
    });

    it(`${product}: an empty disk without note and runtime never starts an empty Vault`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory' });
      t.after(() => world.stop());

      const restore = world.newPod().startInit('lifeboat-restore');

      assert.equal(await restore.ended, 11);
      assert.match(restore.log, /neither a note nor the runtime.*Not starting an empty Vault/);
    });
  });
});

describe('a pod whose disk is empty and whose store has no snapshot to give', () => {
  eachProduct((product, server, it) => {
    it.withS3(
      `${product}: only a successful, empty listing is "no snapshot"; a missing bucket, a denial or a silent store never is`,
      async (t) => {
        const s3 = await s3Store(t);
        const found = await server();
        const world = await World.create({ ...found, store: s3.store, unseal: 'shares' });
        t.after(() => world.stop());
        const good = world.rendered;
        const init = async (): Promise<{ code: number; log: string }> => {
          const [result] = await world.newPod().runInits();
          return result ?? { code: -1, log: '' };
        };

        const first = await init();
        assert.equal(first.code, 0, first.log);
        assert.match(first.log, /was listed and holds no snapshot: a first install/);

        change(
          world,
          'lifeboat-init',
          withConfig((old) => old.replace('"bucket":"vault"', '"bucket":"no-such-bucket"')),
        );
        const missing = await init();
        assert.equal(missing.code, 14, missing.log);
        assert.match(missing.log, /no-such-bucket/);
        world.rendered = good;

        const secrets = world.secrets;
        world.secrets = {
          'vault-snapshot-s3': { AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'wrong-and-secret' },
        };
        const denied = await init();
        assert.equal(denied.code, 14, denied.log);
        assert.doesNotMatch(denied.log, /wrong-and-secret/);
        world.secrets = {};
        const pod = world.newPod();
        const noSecret = pod.startInit('lifeboat-init');
        await noSecret.says(/\[waiting-for-secret\]: .*is missing/);
        pod.putSecret('vault-snapshot-s3', secrets['vault-snapshot-s3'] ?? {});
        assert.equal(await noSecret.ended, 0, noSecret.log);
        assert.match(noSecret.log, /\[first-install\]/);
        world.secrets = secrets;

        await world.render({ whenNoSnapshot: 'stop' });
        const stopped = await init();
        assert.equal(stopped.code, 10, stopped.log);
        assert.match(stopped.log, /next: .*whenNoSnapshot: install/);
        rmSync(world.data, { recursive: true, force: true });
      },
    );
  });
});
