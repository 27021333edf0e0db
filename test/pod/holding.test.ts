/**
 * The pod of one of three servers, alone on this machine: no DNS knows the others, and there is no Kubernetes API. It
 * waits, says so, can be stopped at once, and restores when a person says that the others are lost.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { tryKill } from '../support/pod/container-process.ts';
import { eachProduct } from '../support/pod/each-product.ts';
import { World } from '../support/pod/world.ts';
import { waitFor } from '../support/vault-operations.ts';

describe('one of three servers', () => {
  eachProduct((product, server, it) => {
    it(`${product}: it waits for the others, ends at once when it is stopped, and obeys a person's word`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      await world.loseEverything();
      await world.render({}, 3);

      const waiting = world.newPod().startInit('lifeboat-init');
      await waitFor('the wait', () => (/waits for/.test(waiting.log) ? true : undefined));
      assert.match(waiting.log, new RegExp(`waits for .*${product}-1.*${product}-2: nothing is restored`));
      assert.match(waiting.log, /the Kubernetes API does not say whether it has a disk/);
      assert.equal(waiting.running, true);
      const answer = await fetch('http://127.0.0.1:8200/.lifeboat/holding');
      assert.deepEqual([answer.status, ((await answer.json()) as { state: string }).state], [200, 'empty']);
      assert.equal((await fetch('http://127.0.0.1:8200/v1/sys/health')).status, 502);

      const stopped = performance.now();
      tryKill(waiting.firstPid ?? 0, 'SIGTERM');
      assert.equal(await waiting.ended, 143);
      // Less than the five seconds after which a process that does not listen is ended.
      assert.ok(performance.now() - stopped < 4000);
      assert.equal(existsSync(join(world.data, 'vault.db')), false);

      await world.render({ assumeLost: [1, 2] }, 3);
      const results = await world.startPod();
      assert.deepEqual(
        results.map(({ code }) => code),
        [0, 0],
        results.map(({ log }) => log).join(''),
      );
      assert.match(results[0]?.log ?? '', /restore\.assumeLost says that its data is lost/);
      await world.operator.waitForHealth(200);
      assert.equal(await world.operator.readSecret(), 'hunter2');
    });
  });
});
