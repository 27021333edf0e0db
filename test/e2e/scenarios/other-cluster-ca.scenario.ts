/**
 * The auth method of the backup pins host and CA of its cluster's API server. After the disaster that API server is gone,
 * and then another one answers there with another CA: the backup's login is refused, which `doctor` says together with the
 * command that mends it (hashicorp/vault issue 11953). OpenBao: the test build of Vault has no kubernetes login.
 */
import assert from 'node:assert/strict';
import { type Keys, Operator } from '../../support/vault-operations.ts';
import { type ApiFront, startApiFront } from '../api-front.ts';
import { diagnosed, isWell } from '../diagnosis.ts';
import { backUp, comeBack, firstInstall } from '../first-install.ts';
import { paste } from '../paste.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { surroundings } from '../surroundings.ts';

const CONFIG = 'auth/kubernetes/config';

scenario('a backup in a cluster with another CA', { value: 7, seconds: 120 }, (it) => {
  let release: Release;
  let keys: Keys;
  let api: ApiFront;

  it.before(async () => {
    api = await startApiFront(surroundings().storeHost);
    it.atEnd(() => api.stop());
    release = await it.release({ product: 'openbao', namespace: 'other-cluster-ca' });
    await release.render();
    keys = await firstInstall(release);
    await backUp(release, keys, 'the value of before');
  });

  it.step('in the cluster whose CA the auth method pins, backups log in by it', async () => {
    const admin = new Operator(await release.server.address(), keys.root);
    await admin.must('POST', CONFIG, { kubernetes_host: api.address, kubernetes_ca_cert: api.ca });

    assert.match(await release.backupNow('pinned'), /BACKED UP/);
    assert.ok(
      api.asked.some((path) => path.endsWith('/tokenreviews')),
      api.asked.join('\n'),
    );
  });

  it.step('after the loss of everything the login is refused, and doctor says why', async () => {
    const { port } = new URL(api.address);
    await release.loseEverything();
    await api.stop();
    await comeBack(release, keys);
    await release.server.ready();
    await release.installBackup();

    const gone = await diagnosed(release);
    assert.deepEqual(gone.findings, ['last-backup', 'role'], gone.said);
    assert.match(gone.of('role').seen, /cannot have the token reviewed by the API server: its config names/);

    api = await startApiFront(surroundings().storeHost, Number(port));
    const another = await diagnosed(release);
    assert.deepEqual(another.findings, ['last-backup', 'role'], another.said);
    assert.deepEqual(api.asked, [], 'a server whose CA nobody knows was told a token');
  });

  it.step('setup-auth sees what is pinned', async () => {
    const said = await paste(release, 'lifeboat setup-auth -f lifeboat.yaml --dry-run', keys.root);

    assert.match(said, /it pins a CA \(kubernetes_ca_cert\)/);
  });

  it.step('the command that was named mends it, and the next backup is taken', async () => {
    const { fix = '' } = (await diagnosed(release)).of('role');
    assert.match(fix, /^as an administrator: bao write auth\/kubernetes\/config kubernetes_host=/);

    await paste(release, fix.replace('as an administrator: ', ''), keys.root);

    assert.match(await release.backupNow('again'), /BACKED UP/);
    await isWell(release);
  });
});
