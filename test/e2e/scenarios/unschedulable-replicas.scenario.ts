/**
 * Two of three pods cannot be scheduled: their claims never got a volume, so they never had data, and hold nobody up;
 * neither at a first install nor after the loss of everything.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall, LOGINS } from '../first-install.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

/** One pod on a node, as the charts' own default says. */
const APART = `podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - labelSelector:
        matchLabels:
          app.kubernetes.io/instance: "{{ .Release.Name }}"
          component: server
      topologyKey: kubernetes.io/hostname
`;

scenario('two of three replicas that no node takes', { value: 4, seconds: 120, needs: 'own node' }, (it) => {
  let release: Release;
  let keys: Keys;

  it.before(async () => {
    release = await it.release({
      product: 'vault',
      namespace: 'unscheduled',
      replicas: 3,
      config: { ...LOGINS.vault, vault: { raftConfig: 'render' } },
      values: { server: { affinity: APART } },
    });
    await release.render();
  });

  const phases = (): Promise<string> =>
    kubectl([
      'get',
      'pods',
      '-n',
      release.options.namespace,
      '-l',
      'component=server',
      '-o',
      'jsonpath={.items[*].status.phase}',
    ]);

  it.step('a first install goes on without them', async () => {
    keys = await firstInstall(release);

    assert.equal(await phases(), 'Running Pending Pending');
    assert.match(await release.server.log('lifeboat-init'), /a first install/);
    await backUp(release, keys, 'the value of before');
  });

  it.step('after the loss of everything the first one restores', async () => {
    await release.loseEverything();

    await comeBack(release, keys);
    await release.server.ready();

    await release.server.logSays('vault', 'RESTORED');
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
    const log = await release.server.log('lifeboat-init');
    for (const { pod } of release.replicas.slice(1))
      assert.match(
        log,
        new RegExp(`${pod}: not there, and its claim data-${pod} (has no volume yet|does not exist)`),
      );
  });
});
