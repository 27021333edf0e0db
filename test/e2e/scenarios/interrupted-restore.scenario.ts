/**
 * A restore that is cut in its middle, in every way that a cluster has for it. It converges to the same data, what it
 * leaves are named files in .lifeboat, and no empty Vault ever starts in between.
 */
import assert from 'node:assert/strict';
import { type Keys, Operator } from '../../support/vault-operations.ts';
import {
  killContainer,
  killSandbox,
  killWhenAppears,
  mainProcess,
  runtimeOutOfReach,
  volumeOf,
} from '../container-runtime.ts';
import { backUp, firstInstall, LOGINS } from '../first-install.ts';
import { type HeldStore, startHeldStore } from '../held-store.ts';
import { eventually, kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import type { ServerInPod } from '../server-in-pod.ts';

const NAMESPACE = 'cut-vault';

/** What may stand in .lifeboat afterwards; no aside-N, which would hold the files of a Vault that started empty. */
const LEFT = /^(?:attempt-\d+|download)$/;

interface Harm {
  readonly how: string;
  readonly harm: (server: ServerInPod, container: string) => Promise<unknown>;
  /** At once; otherwise the container may use what grace it is given to come to its end. */
  readonly sudden: boolean;
}

const HARMS: readonly Harm[] = [
  { how: 'its container is killed', harm: killContainer, sudden: true },
  { how: 'its pod loses every process, as in a reboot', harm: killSandbox, sudden: true },
  {
    how: 'its pod is evicted, as from a node that is drained',
    harm: (server) => server.evict(),
    sudden: false,
  },
  {
    how: 'its pod is deleted by force',
    harm: ({ pod, namespace }) =>
      kubectl(['delete', 'pod', pod, '-n', namespace, '--force', '--grace-period=0']),
    sudden: false,
  },
];

scenario('a restore that is cut', { value: 8, seconds: 300 }, (it) => {
  let store: HeldStore;
  let release: Release;
  let keys: Keys;
  let cluster: unknown;
  const outOfReach = runtimeOutOfReach();

  const clusterId = async (): Promise<unknown> =>
    (await new Operator(await release.server.address()).health()).cluster_id;

  /** RESTORED, by the server of before, and nothing unknown on its disk. */
  async function converges(): Promise<void> {
    const { server } = release;
    await server.ready();
    const log = await eventually('the last verdict', async () => {
      const said = await server.logs('vault');
      return said.includes(' RESTORED ') ? { answer: said } : { seen: said };
    });
    assert.doesNotMatch(log, /not initialized/);
    assert.equal(await server.readSecret(keys.root, 'app'), 'the value of before');
    assert.equal(await clusterId(), cluster);
    const list = ['ls', '-A', '/vault/data/.lifeboat'];
    const exec = ['exec', server.pod, '-n', NAMESPACE, '-c', 'vault', '--', ...list];
    for (const name of (await kubectl(exec)).split('\n')) assert.match(name, LEFT);
  }

  it.before(async () => {
    store = await startHeldStore(await it.store());
    it.atEnd(async () => store.stop());
    release = await it.release({
      product: 'vault',
      namespace: NAMESPACE,
      s3: store.s3,
      config: LOGINS.vault,
    });
    await release.render();
    keys = await firstInstall(release);
    await backUp(release, keys, 'the value of before');
    cluster = await clusterId();
  });

  for (const { how, harm, sudden } of HARMS) {
    it.step(`while it downloads: ${how}`, async (t) => {
      if (sudden && outOfReach !== undefined) return t.skip(outOfReach);
      const before = store.downloads();
      store.hold();
      await release.loseDisk(0);
      await store.someoneWaits();

      await harm(release.server, 'lifeboat-init');
      store.release();

      await converges();
      assert.ok(store.downloads() - before > 1, 'it was downloaded once');
    });

    it.step(`while its private server runs: ${how}`, async (t) => {
      if (sudden && outOfReach !== undefined) return t.skip(outOfReach);
      await release.loseDisk(0);
      await release.server.when('lifeboat-restore', 'a private server is initialised');
      const cut = await release.server.uid();

      await harm(release.server, 'lifeboat-restore');

      await converges();
      if (sudden) assert.match(await release.server.log('lifeboat-restore'), /removed 1 unfinished attempt/);
      else assert.notEqual(await release.server.uid(), cut);
    });
  }

  it.step('between its renames: its container is killed', async (t) => {
    if (outOfReach !== undefined) return t.skip(outOfReach);
    const { server } = release;
    await release.loseDisk(0);
    await server.when('lifeboat-restore', 'a private server is initialised');
    const volume = await volumeOf(server);

    await killWhenAppears(await mainProcess(server, 'lifeboat-restore'), volume, 'raft');

    await converges();
    // The first of the two lines was written by the container that was killed.
    assert.doesNotMatch(await server.log('lifeboat-restore'), /raft of attempt-1 is in place/);
    assert.match(await server.log('lifeboat-restore'), /vault\.db of attempt-1 is in place/);
  });

  it.step('when it is in place: the container of the server is killed', async (t) => {
    if (outOfReach !== undefined) return t.skip(outOfReach);
    await release.loseDisk(0);
    await release.server.when('vault', 'vault is unsealed');

    await killContainer(release.server, 'vault');

    await converges();
    const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}';
    assert.equal(await kubectl(['get', 'pod', release.server.pod, '-n', NAMESPACE, '-o', restarts]), '1');
  });
});
