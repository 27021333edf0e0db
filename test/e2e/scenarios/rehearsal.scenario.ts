/**
 * A restore is tried beside the living original: the copy reads the same snapshots under another release and namespace,
 * and nothing of it reaches the original's servers, its pointer or its snapshots.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { S3Server } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

const NAME = 'rehearsed-vault';

scenario('a rehearsal beside the living original', { value: 6, seconds: 130 }, (it) => {
  let s3: S3Server;
  let original: Release;
  let copy: Release;
  let keys: Keys;
  let pointerBefore: string;

  /** What the store holds under the original's name. */
  async function stored(folder: string): Promise<readonly string[]> {
    return (await readdir(path.join(s3.dataFolder, 'snapshots', NAME, folder))).sort();
  }
  const pointer = (): Promise<string> =>
    readFile(path.join(s3.dataFolder, 'snapshots', NAME, 'latest.json'), 'utf8');

  it.before(async () => {
    s3 = await it.store();
    const common = { product: 'vault', s3 } as const;
    const config = { name: NAME, ...LOGINS.vault };
    original = await it.release({ ...common, namespace: 'rehearsed', name: 'rehearsed-vault', config });
    copy = await it.release({
      ...common,
      namespace: 'rehearsal',
      name: 'vault-rehearsal',
      config: {
        ...config,
        restore: { rehearsalOf: { name: original.name, namespace: original.options.namespace } },
      },
    });
    await original.render();
    await copy.render();
  });

  it.step('before there is a snapshot it stops, and begins no new Vault', async () => {
    keys = await firstInstall(original);
    await comeBack(copy, keys);

    const log = await copy.server.logSays(
      'lifeboat-init',
      'holds no snapshot, and restore.whenNoSnapshot is stop',
    );

    assert.match(log, /a rehearsal: this becomes a copy of rehearsed\/rehearsed-vault, which lives on/);
    await copy.loseEverything();
  });

  it.step('it comes back with the data of the snapshot, while the original goes on', async () => {
    await backUp(original, keys, 'the value of the snapshot');
    pointerBefore = await pointer();
    await original.server.writeSecret(keys.root, 'app', 'the value of today');

    await comeBack(copy, keys);
    await copy.server.ready();

    await copy.server.logSays('vault', 'a rehearsal: the original is rehearsed/rehearsed-vault');
    assert.equal(await copy.server.readSecret(keys.root, 'app'), 'the value of the snapshot');
    assert.equal(await original.server.readSecret(keys.root, 'app'), 'the value of today');
  });

  it.step('it has no backup of its own, and the store got nothing of it but receipts', async () => {
    const jobs = ['get', 'cronjobs,jobs', '-n', copy.options.namespace, '-o', 'name'];
    assert.equal(await kubectl(jobs), '');
    assert.deepEqual((await readdir(path.join(copy.folder, 'out'))).sort(), [
      'RUNBOOK.md',
      'rbac.yaml',
      'vault-values.yaml',
    ]);
    assert.equal((await stored('snapshots')).length, 2, 'a snapshot and its manifest');
    assert.equal(await pointer(), pointerBefore);
    const receipts = await stored('receipts');
    assert.ok(receipts.length > 0 && receipts.every((name) => name.includes('rehearsal_vault-rehearsal')));
    const [receipt = ''] = receipts;
    const text = await readFile(path.join(s3.dataFolder, 'snapshots', NAME, 'receipts', receipt), 'utf8');
    assert.equal((JSON.parse(text) as { rehearsalOf: string }).rehearsalOf, 'rehearsed/rehearsed-vault');
  });

  it.step("the original's backups go on as before, also once the rehearsal was taken away", async () => {
    await copy.end();

    assert.match(await original.backupNow('second'), /BACKED UP .*verified, read back/);

    assert.equal((await stored('snapshots')).length, 4);
    assert.equal(await original.server.readSecret(keys.root, 'app'), 'the value of today');
  });
});
