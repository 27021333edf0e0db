/**
 * A server whose disk has data, through all that happens to pods in a year: lifeboat touches nothing, asks no store, and
 * the server is there again by itself. A node that restarts is stood for by the end of all of the pod's containers: the
 * node is shared.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fingerprint } from '../../support/pod/fingerprint.ts';
import type { S3Server } from '../../support/start-s3.ts';
import type { Keys } from '../../support/vault-operations.ts';
import { killContainer, killSandbox, runtimeOutOfReach, volumeOf } from '../container-runtime.ts';
import { backUp, firstInstall } from '../first-install.ts';
import { eventually, kubectl, tryKubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { surroundings } from '../surroundings.ts';

const NAMESPACE = 'data-present';

scenario('a server with data through upgrade, eviction and restart', { value: 8, seconds: 120 }, (it) => {
  let s3: S3Server;
  let release: Release;
  let keys: Keys;
  let connections = 0;

  /** A field of the server's pod; empty where there is none. */
  async function field(jsonpath: string): Promise<string> {
    const pod = ['get', 'pod', release.server.pod, '-n', NAMESPACE];
    return (await tryKubectl([...pod, '-o', `jsonpath={${jsonpath}}`])).stdout;
  }
  const uid = (): Promise<string> => field('.metadata.uid');

  /** A new pod, or the old one with this many restarts of its server, that is Ready and has the data. */
  async function isThereAgain(said: string): Promise<void> {
    await release.server.ready();
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'a value of today');
    assert.match(await release.server.log('lifeboat-init'), new RegExp(said));
    assert.equal(connections, 0, 'the store was asked');
  }

  async function newPodAfter(old: string): Promise<void> {
    await eventually('a new pod', async () => {
      const now = await uid();
      return now !== '' && now !== old ? { answer: undefined } : { seen: now };
    });
  }

  it.before(async () => {
    s3 = await it.store();
    release = await it.release({ product: 'vault', namespace: NAMESPACE, s3 });
    await release.render();
    keys = await firstInstall(release);
    await backUp(release, keys, 'a value of the snapshot');
    await release.server.writeSecret(keys.root, 'app', 'a value of today');

    // From here on whoever asks the store is heard, and gets no answer.
    await s3.stop();
    const { hostname, port } = new URL(s3.endpoint);
    const ear = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined);
    });
    ear.listen(Number(port), hostname);
    await once(ear, 'listening');
    it.atEnd(async () => void ear.close());
    await kubectl(['delete', 'secret', 'snapshot-store', '-n', NAMESPACE]);
  });

  it.step('an upgrade with other values leaves the running server alone; its next pod has them', async () => {
    const before = await uid();
    await release.render({ values: { server: { extraEnvironmentVars: { CHANGED: 'later' } } } });
    await release.installServer();
    assert.equal(await uid(), before);

    await kubectl(['delete', 'pod', release.server.pod, '-n', NAMESPACE]);
    await newPodAfter(before);

    await isThereAgain('data present');
    assert.equal((await release.server.exec(['sh', '-c', 'echo $CHANGED'])).stdout, 'later');
  });

  it.step('neither init container touches a byte of the disk', async (t) => {
    if (surroundings().volumesFolder === undefined) return t.skip("the node's disks are out of reach");
    const set = ['statefulset', release.fullname, '-n', NAMESPACE];
    await kubectl(['scale', ...set, '--replicas=0']);
    await kubectl(['wait', '--for=delete', `pod/${release.server.pod}`, '-n', NAMESPACE, '--timeout=60s']);
    const folder = await volumeOf(release.server);
    const before = fingerprint(folder);

    // The server's own image is not there: the init containers run to their end, and nothing after them.
    await release.installServer('--set', 'server.image.tag=not-there');
    await eventually('the end of the init containers', async () => {
      const codes = await field('.status.initContainerStatuses[*].state.terminated.exitCode');
      return codes === '0 0' ? { answer: undefined } : { seen: await release.server.describe() };
    });

    assert.ok(
      before.some((row) => row.startsWith('raft/raft.db ')),
      before.join('\n'),
    );
    assert.deepEqual(fingerprint(folder), before);
    await release.installServer();
    const old = await uid();
    await kubectl(['delete', 'pod', release.server.pod, '-n', NAMESPACE]);
    await newPodAfter(old);
    await isThereAgain('data present');
  });

  it.step("an eviction is what the chart's own budget says, and where that allows it the pod comes back", async () => {
    const { pod } = release.server;
    const evict = async (): Promise<string> => {
      const eviction = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: pod, namespace: NAMESPACE },
      };
      const where = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`;
      const said = await tryKubectl(['create', '--raw', where, '-f', '-'], {
        input: JSON.stringify(eviction),
      });
      return said.code === 0 ? 'evicted' : said.stderr;
    };
    assert.match(await evict(), /disruption budget/, 'one replica, and the chart allows none to go');
    await release.render({ values: { server: { ha: { disruptionBudget: { enabled: false } } } } });
    await release.installServer();
    const old = await uid();

    assert.equal(await evict(), 'evicted');

    await newPodAfter(old);
    await isThereAgain('data present');
  });

  it.step('a server that is killed is started and unsealed again in the same pod', async (t) => {
    if (runtimeOutOfReach() !== undefined) return t.skip(runtimeOutOfReach());
    const before = await uid();
    await killContainer(release.server, 'vault');
    await eventually('a restart', async () => {
      const count = await field('.status.containerStatuses[0].restartCount');
      return count === '1' ? { answer: undefined } : { seen: count };
    });

    await isThereAgain('data present');
    assert.equal(await uid(), before);
  });

  it.step('a pod whose containers all end at once, as by a reboot, runs from its first init container again', async (t) => {
    if (runtimeOutOfReach() !== undefined) return t.skip(runtimeOutOfReach());
    const before = await field('.status.initContainerStatuses[0].containerID');
    await killSandbox(release.server);
    await eventually('another first init container', async () => {
      const now = await field('.status.initContainerStatuses[0].containerID');
      return now !== '' && now !== before ? { answer: undefined } : { seen: now };
    });

    await isThereAgain('data present');
  });
});
