/**
 * A namespace that enforces Pod Security `restricted`: with a server that its own values make compliant, all of ours is
 * admitted, and no warning names us. The network policies of both charts stand beside it; the test node's network does not
 * enforce them, so that is as far as they are proven: the API server takes them, and they select what they are meant for.
 */
import assert from 'node:assert/strict';
import type { Keys } from '../../support/vault-operations.ts';
import { backUp, comeBack, firstInstall } from '../first-install.ts';
import { kubectl, tryKubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

const LEVELS = ['enforce', 'warn', 'audit'];
const RESTRICTED = Object.fromEntries(
  LEVELS.map((level) => [`pod-security.kubernetes.io/${level}`, 'restricted']),
);

/** What the official charts' own server lacks. */
const COMPLIANT = {
  pod: {
    runAsNonRoot: true,
    runAsUser: 100,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

interface Policy {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly egress?: readonly { readonly ports?: readonly { readonly port: number }[] }[];
  };
}

for (const product of ['openbao', 'vault'] as const) {
  scenario(`a restricted namespace with network policies, ${product}`, { value: 6, seconds: 80 }, (it) => {
    const namespace = `restricted-${product}`;
    let release: Release;
    let keys: Keys;

    /** The pods that a policy of this name selects, without their ordinal or random end. */
    async function selectedBy(
      name: string,
    ): Promise<{ readonly pods: readonly string[]; readonly policy: Policy }> {
      const policy = JSON.parse(
        await kubectl(['get', 'networkpolicy', name, '-n', namespace, '-o', 'json']),
      ) as Policy;
      const labels = Object.entries(policy.spec.podSelector.matchLabels).map(
        ([key, value]) => `${key}=${value}`,
      );
      const pods = await kubectl(['get', 'pods', '-n', namespace, '-l', labels.join(','), '-o', 'name']);
      return { policy, pods: pods.split('\n').filter((pod) => pod !== '') };
    }

    it.before(async () => {
      release = await it.release({
        product,
        namespace,
        labels: RESTRICTED,
        values: { server: { statefulSet: { securityContext: COMPLIANT }, networkPolicy: { enabled: true } } },
      });
      await release.render();
    });

    it.step('admits the server with both init containers', async () => {
      keys = await firstInstall(release);

      assert.match(await release.server.log('lifeboat-init'), /a first install/);
    });

    it.step('admits the pods of the backup', async () => {
      assert.match(await backUp(release, keys, 'a value'), /BACKED UP .*verified, read back/);
    });

    it.step('admits a restore, which needs no more than that', async () => {
      await release.loseEverything();
      await comeBack(release, keys);
      await release.installBackup();
      await release.server.ready();

      await release.server.logSays(product, 'RESTORED');
      await release.backupNow('after');
      assert.equal(await release.server.readSecret(keys.root, 'app'), 'a value');
    });

    it.step('finds nothing to warn of in what is there', async () => {
      const label = ['label', '--dry-run=server', '--overwrite', 'namespace', namespace];
      const asked = await tryKubectl([...label, 'pod-security.kubernetes.io/enforce=restricted']);
      assert.equal(asked.code, 0);
      const events = ['get', 'events', '-n', namespace, '-o', 'jsonpath={.items[*].message}'];

      assert.doesNotMatch(asked.stderr, /violate/);
      assert.doesNotMatch(await kubectl(events), /PodSecurity|violates/);
    });

    it.step('the policy of our chart selects the backup alone, and leads to server and store', async () => {
      const { pods, policy } = await selectedBy(`${release.name}-lifeboat`);

      assert.ok(pods.length > 0 && pods.every((pod) => pod.startsWith('pod/after-')), pods.join());
      const ports = (policy.spec.egress ?? []).flatMap(({ ports: open = [] }) =>
        open.map(({ port }) => port),
      );
      for (const port of [53, 8200, Number(new URL(release.options.s3.endpoint).port)])
        assert.ok(ports.includes(port), `${port} of ${ports.join()}`);
    });

    it.step("the official chart's policy selects the servers, and not the backup", async () => {
      assert.deepEqual((await selectedBy(release.fullname)).pods, [`pod/${release.server.pod}`]);
    });
  });
}
