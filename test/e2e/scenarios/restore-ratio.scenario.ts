/**
 * How much longer an install takes that restores: from `helm install` to Ready on empty disks, beside the very same on
 * disks that kept their data. By turns, so that what else the machine does falls on both.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { recordFact } from '../facts.ts';
import { backUp, firstInstall, LOGINS } from '../first-install.ts';
import { eventually, helm, kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

const ROUNDS = 5;

/** The chart's own probe asks every five seconds, which would be most of what is measured. */
const OFTEN = { server: { readinessProbe: { initialDelaySeconds: 0, periodSeconds: 1 } } };

scenario('the time of an install with a restore, as a ratio', { value: 2, seconds: 240 }, (it) => {
  let release: Release;
  let keys: Keys;

  it.before(async () => {
    const common = { product: 'openbao', namespace: 'ratio', config: LOGINS.openbao } as const;
    release = await it.release({ ...common, values: OFTEN });
    await release.render();
    keys = await firstInstall(release);
    await backUp(release, keys, 'the value of before');
  });

  async function uninstall(): Promise<void> {
    const { namespace } = release.options;
    await helm(['uninstall', release.name, '-n', namespace]);
    await kubectl(['wait', '--for=delete', `pod/${release.server.pod}`, '-n', namespace, '--timeout=120s'], {
      seconds: 130,
    });
  }

  async function loseDisk(): Promise<void> {
    const { namespace } = release.options;
    await kubectl(['delete', 'pvc', `data-${release.server.pod}`, '-n', namespace, '--wait=true']);
    await eventually('the end of the disk', async () => {
      const namespaces = ['get', 'pv', '-o', 'jsonpath={.items[*].spec.claimRef.namespace}'];
      const left = (await kubectl(namespaces)).split(' ').includes(namespace);
      return left ? { seen: 'the volume is still there' } : { answer: undefined };
    });
  }

  /** In milliseconds, from the command of Helm to the pod that is Ready. */
  async function installed(): Promise<number> {
    const { namespace } = release.options;
    const start = Date.now();
    await release.installServer();
    await kubectl(['wait', '--for=create', `pod/${release.server.pod}`, '-n', namespace, '--timeout=60s'], {
      seconds: 70,
    });
    await kubectl(
      ['wait', '--for=condition=Ready', `pod/${release.server.pod}`, '-n', namespace, '--timeout=300s'],
      {
        seconds: 310,
      },
    );
    return Date.now() - start;
  }

  it.step(`the same lines ${ROUNDS} times on empty disks, and on disks with data`, async () => {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await uninstall();
      await loseDisk();
      const restored = await installed();
      assert.match(await release.server.log('lifeboat-restore'), /in place/);
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');

      await uninstall();
      const kept = await installed();
      assert.match(await release.server.log('lifeboat-init'), /data present/);
      ratios.push(restored / kept);
    }

    recordFact({
      kind: 'measurement',
      what: 'helm install to Ready, with a restore beside without one',
      ratios,
    });
  });
});
