/** What the pod's user may not read is neither an empty disk nor a reason to keep a Vault from starting. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { hasServerUser } from '../support/pod/container-process.ts';
import { eachProduct } from '../support/pod/each-product.ts';
import type { InitResult } from '../support/pod/stand-in-pod.ts';
import { World } from '../support/pod/world.ts';

const codes = (inits: readonly InitResult[]) => inits.map(({ code }) => code);

describe('a folder of ours that the server cannot read', {
  skip: !hasServerUser() && 'needs a second user',
}, () => {
  eachProduct((product, server, it) => {
    it(`${product}: beside no data it stops the pod, beside a Vault it does not`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      await world.pod?.stop();
      const closed = join(world.data, '.lifeboat');
      mkdirSync(closed, { recursive: true });
      chownSync(closed, 0, 0);
      chmodSync(closed, 0o700);

      const beside = await world.newPod().runInits();
      assert.deepEqual(codes(beside), [0, 0], beside.map(({ log }) => log).join(''));
      assert.match(beside[0]?.log ?? '', /data present/);

      for (const part of ['vault.db', 'raft']) renameSync(join(world.data, part), join(world.folder, part));
      const alone = await world.newPod().runInits();
      assert.deepEqual(codes(alone), [0, 11], alone.map(({ log }) => log).join(''));
      assert.match(alone[1]?.log ?? '', /EACCES.*\.lifeboat/);
      assert.match(alone[1]?.log ?? '', /next: .*fsGroup/);

      rmSync(closed, { recursive: true });
      assert.deepEqual(codes(await world.newPod().runInits()), [0, 0]);
    });
  });
});
