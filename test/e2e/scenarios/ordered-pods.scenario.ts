/**
 * OpenBao's chart makes a pod only once the one before it is Ready. Where all pods are down and the disk of the first is
 * gone, that one waits for servers that Kubernetes does not make: the line that its log names gets them started.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { firstInstall } from '../first-install.ts';
import { eventually, kubectl } from '../kubernetes.ts';
import { voters } from '../raft-peers.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

scenario('the first of three ordered pods without its disk', { value: 5, seconds: 240 }, (it) => {
  let release: Release;
  let keys: Keys;
  let pods: string[];

  it.before(async () => {
    release = await it.release({
      product: 'openbao',
      namespace: 'ordered',
      replicas: 3,
      config: { vault: { raftConfig: 'render' } },
    });
    pods = release.replicas.map(({ pod }) => pod);
    await release.render();
    keys = await firstInstall(release);
    await voters(release, keys.root, pods);
    await release.server.writeSecret(keys.root, 'app', 'written by three');
  });

  const inNamespace = (...args: readonly string[]): Promise<string> =>
    kubectl([...args, '-n', release.options.namespace]);
  const patch = (spec: object): Promise<string> =>
    inNamespace('patch', 'statefulset', release.fullname, '--type=merge', '-p', JSON.stringify({ spec }));

  it.step('it restores nothing, and names the line that starts the others', async () => {
    await inNamespace('scale', 'statefulset', release.fullname, '--replicas=0');
    for (const { pod } of release.replicas)
      await inNamespace('wait', '--for=delete', `pod/${pod}`, '--timeout=50s');
    await inNamespace('delete', 'pvc', `data-${release.server.pod}`);

    await inNamespace('scale', 'statefulset', release.fullname, '--replicas=3');

    const log = await release.server.logSays('lifeboat-init', '"ordinals":{"start":1}');
    assert.match(log, /waits for .*-1 and .*-2: nothing is restored while any of them may have data/);
    assert.match(log, /-1: .*; its claim data-.*-1 has a volume, which may hold data/);
    const made = await inNamespace('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}');
    assert.equal(made, release.server.pod);
  });

  it.step('the others come with their data, and the first one joins them', async () => {
    await patch({ ordinals: { start: 1 }, replicas: 2 });
    for (const server of release.replicas.slice(1)) await server.ready();

    await patch({ ordinals: { start: 0 }, replicas: 3 });

    await release.server.ready();
    await voters(release, keys.root, pods);
    await eventually('the secret through the first one', async () => {
      const value = await release.server.readSecret(keys.root, 'app').catch(String);
      return value === 'written by three' ? { answer: undefined } : { seen: value ?? 'none' };
    });
    const log = await release.server.log('lifeboat-init');
    assert.match(log, /have? data|has data/);
    assert.doesNotMatch(log, /looking for a snapshot/);
  });
});
