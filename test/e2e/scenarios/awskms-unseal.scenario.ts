/**
 * The seal's key is in Amazon's key service (a stand-in of it, moto): a lost Vault comes back with no unseal key. A seal
 * that cannot open it is refused before anything is put into place; what was sealed says by which key, so that a key that
 * was replaced in the configuration since then does no harm. Vault alone: OpenBao has this seal as a plugin of its own.
 */
import assert from 'node:assert/strict';
import type { Values } from '../../../generator/chart/values.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { type KeyService, startKms } from '../start-kms.ts';
import { surroundings } from '../surroundings.ts';

scenario('awskms auto-unseal of vault', { value: 5, seconds: 90 }, (it) => {
  let kms: KeyService;
  let release: Release;
  let keys: Keys;

  /** The stanza with a new key of that service. */
  async function valuesWithKeyOf({ endpoint, createKey }: KeyService): Promise<Values> {
    const stanza = `seal "awskms" {\n  region = "us-east-1"\n  endpoint = "${endpoint}"\n  kms_key_id = "${await createKey()}"\n}`;
    return { server: { ha: { raft: { config: raftConfig({ path: '/vault/data', more: stanza }) } } } };
  }

  async function keyService(): Promise<KeyService> {
    const service = await startKms(surroundings().storeHost);
    it.atEnd(() => service.stop());
    return service;
  }

  it.before(async () => {
    kms = await keyService();
    const names = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    release = await it.release({
      product: 'vault',
      namespace: 'awskms-vault',
      autoUnseal: true,
      secrets: { 'seal-credentials': { id: 'anybody', secret: 'anything' } },
      values: {
        server: {
          extraSecretEnvironmentVars: Object.entries(names).map(([envName, secretKey]) => ({
            envName,
            secretName: 'seal-credentials',
            secretKey,
          })),
        },
      },
      config: LOGINS.vault,
    });
    await release.render({ values: await valuesWithKeyOf(kms) });
  });

  it.step('a first install unseals itself, and is backed up with its own credentials', async () => {
    keys = await firstInstall(release);

    assert.match(await backUp(release, keys, 'the value of before'), /BACKED UP .*verified, read back/);
    await release.loseEverything();
  });

  it.step('by a service that has not its key nothing is put into place, and the key of the lost one is asked for', async () => {
    await release.render({ values: await valuesWithKeyOf(await keyService()) });
    await comeBack(release, keys);

    const log = await release.server.logSays('lifeboat-restore', 'was sealed by another key');

    assert.match(log, /next: .*key of the lost server/);
    assert.doesNotMatch(log, /in place/);
  });

  it.step('with the service of its key it comes back with no hand on it, whatever newer key is named', async () => {
    await release.render({ values: await valuesWithKeyOf(kms) });
    await release.installServer();
    await kubectl(['delete', 'pod', release.server.pod, '-n', release.options.namespace]);

    await release.server.ready();

    await release.server.logSays('vault', 'RESTORED');
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
  });
});
