/**
 * To leave lifeboat, in each of the ways that Helm has: the overlay is left out, a release is rolled back or uninstalled,
 * in either order. The server's data and all snapshots stay as they are, and the server starts without us.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { fingerprint } from '../../support/pod/fingerprint.ts';
import type { S3Server } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { volumeOf } from '../container-runtime.ts';
import { backUp, firstInstall } from '../first-install.ts';
import { eventually, helm, kubectl, tryKubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { Runbook } from '../runbook.ts';
import { scenario } from '../scenario.ts';
import { surroundings } from '../surroundings.ts';

for (const product of ['openbao', 'vault'] as const) {
  scenario(`leaving lifeboat with ${product}`, { value: 7, seconds: 150 }, (it) => {
    const namespace = `leaving-${product}`;
    let s3: S3Server;
    let release: Release;
    let keys: Keys;
    let stored: readonly string[];

    const inTheStore = (): readonly string[] => fingerprint(path.join(s3.dataFolder, 'snapshots'));

    /** Every byte of the disk of a server that does not run; empty where the disks are out of reach. */
    async function onTheDisk(): Promise<readonly string[]> {
      return surroundings().volumesFolder === undefined ? [] : fingerprint(await volumeOf(release.server));
    }

    async function gone(): Promise<void> {
      const pod = ['get', 'pod', release.server.pod, '-n', namespace, '--ignore-not-found', '-o', 'name'];
      await eventually('the end of the server', async () => {
        const seen = await kubectl(pod);
        return seen === '' ? { answer: undefined } : { seen };
      });
    }

    /** A new pod of the release as it is now; resolves to the names of its init containers. */
    async function newPod(): Promise<string> {
      await kubectl([
        'delete',
        'pod',
        release.server.pod,
        '-n',
        namespace,
        '--ignore-not-found',
        '--wait=true',
      ]);
      await release.server.answers();
      const names = 'jsonpath={.spec.initContainers[*].name}';
      return kubectl(['get', 'pod', release.server.pod, '-n', namespace, '-o', names]);
    }

    async function hasTheData(): Promise<void> {
      await release.server.ready();
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'a value');
      assert.deepEqual(inTheStore(), stored);
    }

    it.before(async () => {
      s3 = await it.store();
      release = await it.release({ product, namespace, s3 });
      await release.render();
      keys = await firstInstall(release);
      await backUp(release, keys, 'a value');
      stored = inTheStore();
    });

    it.step('without the overlay the server starts without us, and its data is as it was', async () => {
      await release.installServerAlone();

      assert.equal(await newPod(), '');
      await release.server.unseal(keys);

      await hasTheData();
    });

    it.step('helm rollback brings lifeboat back, and rolls it away again', async () => {
      await helm(['rollback', release.name, '1', '-n', namespace]);
      assert.equal(await newPod(), 'lifeboat-init lifeboat-restore');
      await hasTheData();
      assert.match(await release.server.log('lifeboat-init'), /data present/);

      await helm(['rollback', release.name, '2', '-n', namespace]);
      assert.equal(await newPod(), '');
      await release.server.unseal(keys);
      await hasTheData();
    });

    it.step('helm uninstall of the server, then of the backup: disk and store keep every byte', async () => {
      await helm(['uninstall', release.name, '-n', namespace]);
      await gone();
      const disk = await onTheDisk();
      // Nobody is there to be backed up.
      await kubectl([
        'create',
        'job',
        '-n',
        namespace,
        `--from=cronjob/${release.name}-lifeboat`,
        'of-nobody',
      ]);
      await kubectl(['wait', '--for=condition=Failed', 'job/of-nobody', '-n', namespace, '--timeout=300s'], {
        seconds: 310,
      });
      await helm(['uninstall', `${release.name}-lifeboat`, '-n', namespace]);

      assert.deepEqual(inTheStore(), stored);
      assert.deepEqual(await onTheDisk(), disk);
      assert.equal((await tryKubectl(['get', 'cronjob', '-n', namespace, '-o', 'name'])).stdout, '');
    });

    it.step('installed again, the server finds its data, and nothing is restored', async () => {
      await release.installServer();
      await release.installBackup();

      await hasTheData();
      assert.match(await release.server.log('lifeboat-init'), /data present/);
    });

    it.step('by the lines of the runbook the backup goes first, and what lifeboat made in the server is removed', async () => {
      const runbook = await Runbook.open(release);
      it.atEnd(() => runbook.end());
      const [leave = '', unseal = '', ...login] = await runbook.blocks('To leave lifeboat');
      assert.match(unseal, /operator unseal$/m);

      await runbook.paste([leave]);
      await release.server.unseal(keys);
      await runbook.paste(login, { token: keys.root });

      await hasTheData();
      const names = 'jsonpath={.spec.initContainers[*].name}';
      assert.equal(await kubectl(['get', 'pod', release.server.pod, '-n', namespace, '-o', names]), '');
      assert.doesNotMatch((await release.server.run(['policy', 'list'], keys.root)).stdout, /lifeboat/);
    });
  });
}
