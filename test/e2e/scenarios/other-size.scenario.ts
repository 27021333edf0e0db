/** A snapshot knows the servers of its time, and binds nobody to their number: of one replica into three, of three into one. */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { voters } from '../raft-peers.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(`a snapshot of ${product} for another number of replicas`, { value: 7, seconds: 200 }, (it) => {
    let release: Release;
    let keys: Keys;

    const of = (replicas: number): Promise<string> =>
      release.render({ values: { server: { ha: { replicas } } } });

    /** These and no others, each with a vote and with the data. */
    async function areBack(replicas: number, value: string): Promise<void> {
      const servers = Array.from({ length: replicas }, (_, ordinal) => release.replica(ordinal));
      for (const server of servers) await server.ready(600);
      await release.server.logSays(product, 'RESTORED');
      await voters(
        release,
        keys.root,
        servers.map(({ pod }) => pod),
      );
      for (const server of servers) assert.equal(await server.readSecret(keys.root, 'app'), value);
    }

    it.before(async () => {
      release = await it.release({
        product,
        namespace: `size-${product}`,
        replicas: 3,
        config: { ...LOGINS[product], vault: { raftConfig: 'render' } },
      });
      await of(1);
      keys = await firstInstall(release);
      await backUp(release, keys, 'of one');
    });

    it.step('of one into three: three voters', async () => {
      await release.loseEverything();
      await of(3);

      await comeBack(release, keys);

      await areBack(3, 'of one');
    });

    it.step('of three into one: it leads alone', async () => {
      await backUp(release, keys, 'of three');
      await release.loseEverything();
      await of(1);

      await comeBack(release, keys);

      await areBack(1, 'of three');
    });
  });
}
