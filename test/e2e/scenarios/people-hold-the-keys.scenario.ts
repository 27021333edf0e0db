/**
 * Nobody but people has the unseal shares: after the loss of everything the data is put into place by itself, and then
 * the pod waits; its log and `lifeboat status` say for what. After the last share the road goes on by itself.
 */
import assert from 'node:assert/strict';
import { type Keys, Operator } from '../../support/vault-operations.ts';
import { backUp, firstInstall, LOGINS } from '../first-install.ts';
import { eventually, kubectl, tryKubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

for (const product of ['vault', 'openbao'] as const) {
  const namespace = `people-${product}`;

  scenario(`people hold the keys of ${product}`, { value: 8, seconds: 90 }, (it) => {
    let release: Release;
    let keys: Keys;

    const statusSays = (code: number, what: RegExp): Promise<string> =>
      eventually(`lifeboat status with ${code} and ${what}`, async () => {
        const seen = await release.tryLifeboat(['status', '-f', 'lifeboat.yaml']);
        return seen.code === code && what.test(seen.said)
          ? { answer: seen.said }
          : { seen: `exit ${seen.code}\n${seen.said}` };
      });

    it.before(async () => {
      const config = { ...LOGINS[product], restore: { unseal: { secretRef: undefined, manual: {} } } };
      release = await it.release({ product, namespace, config });
      await release.render();
    });

    it.step('a first install that people unseal is backed up', async () => {
      keys = await firstInstall(release);
      await kubectl(['delete', 'secret', 'unseal-shares', '-n', namespace]);

      assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
      await statusSays(0, /all is well/);
    });

    it.step('after the loss of everything the data is in place, and the pod says for whom it waits', async () => {
      await release.loseEverything();
      await release.prepare();
      await release.installServer();
      await release.installBackup();

      await release.server.logSays(
        product,
        '[waiting-for-shares]: sealed: waits for people, 0 of 3 unseal shares given (of 5)',
      );
      assert.match(
        await release.server.log('lifeboat-restore'),
        /\[in-place-sealed\]: .*waits for 3 of 5 unseal shares/,
      );
      const said = await statusSays(8, /waiting-for-shares .*waits for people, 0 of 3 unseal shares given/);
      assert.match(said, /^restore +in-place-sealed in \S+, .*, from snapshots\//m);
      assert.match(said, /: kubectl exec -ti \S+ -- (?:vault|bao) operator unseal$/m);
    });

    it.step('each share is seen; after the last one it goes on by itself', async () => {
      const [first = ''] = keys.shares;
      await new Operator(await release.server.address()).must('PUT', 'sys/unseal', { key: first });
      await statusSays(8, /waits for people, 1 of 3 unseal shares given/);

      await release.server.unseal({ ...keys, shares: keys.shares.slice(1, 3) });

      await release.server.ready();
      await release.server.logSays(product, 'RESTORED');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
      await statusSays(9, /^restore +restored in /m);
      const secrets = await tryKubectl(['get', 'secret', 'unseal-shares', '-n', namespace]);
      assert.match(secrets.stderr, /NotFound/);
    });
  });
}
