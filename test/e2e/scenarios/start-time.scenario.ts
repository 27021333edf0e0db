/**
 * How long a pod with data takes from its creation to Ready, with lifeboat and without, one after the other in the same
 * run. Both open themselves by the same transit key, so that nobody's typing is measured.
 */
import assert from 'node:assert/strict';
import { recordFact } from '../facts.ts';
import { firstInstall } from '../first-install.ts';
import { eventually, kubectl } from '../kubernetes.ts';
import { raftConfig } from '../raft-config.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';
import { startTransitInCluster } from '../transit-in-cluster.ts';

const ROUNDS = 4;
/** Loose, since other pods share the node: a start that waits for the store, or copies anew what is there, is far beyond. */
const AT_MOST = 2.5;

scenario('the start of a server with data is not slowed', { value: 5, seconds: 120 }, (it) => {
  let withUs: Release;
  let without: Release;
  const ratios: number[] = [];

  /** Milliseconds from a new pod's creation to Ready, by the API server's clock and ours for the end. */
  async function start({ server, options: { namespace } }: Release): Promise<number> {
    const where = [server.pod, '-n', namespace];
    await kubectl(['delete', 'pod', ...where, '--wait=true']);
    const begun = Date.now();
    await eventually('the new pod', async () => {
      const seen = await kubectl(['get', 'pod', ...where, '--ignore-not-found', '-o', 'name']);
      return seen === '' ? { seen } : { answer: undefined };
    });
    await kubectl(['wait', '--for=condition=Ready', `pod/${server.pod}`, '-n', namespace, '--timeout=240s'], {
      seconds: 250,
    });
    return Date.now() - begun;
  }

  it.before(async () => {
    await it.namespace('start-time-keys');
    const transit = await startTransitInCluster('vault', 'start-time-keys');
    const seal = { name: 'start-time-seal', key: 'token' };
    const values = {
      server: {
        extraSecretEnvironmentVars: [{ envName: 'VAULT_TOKEN', secretName: seal.name, secretKey: seal.key }],
        ha: { raft: { config: raftConfig({ path: '/vault/data', more: transit.stanza }) } },
      },
    };
    const common = {
      product: 'vault',
      autoUnseal: true,
      secrets: { [seal.name]: { [seal.key]: transit.token } },
      values,
      config: { vault: { raftConfig: 'render' } },
    } as const;
    withUs = await it.release({ ...common, namespace: 'start-time-with' });
    without = await it.release({ ...common, namespace: 'start-time-without' });
    for (const release of [withUs, without]) await release.render();
    await firstInstall(withUs);
    await firstInstall(without);
    await without.installServerAlone();
  });

  for (let round = 1; round <= ROUNDS; round++)
    it.step(`round ${round}`, async (t) => {
      const bare = await start(without);
      const ours = await start(withUs);
      ratios.push(ours / bare);
      t.diagnostic(`${bare} ms without, ${ours} ms with lifeboat: ${(ours / bare).toFixed(2)} times`);
    });

  it.step('the middle of the rounds is not far from the start without lifeboat', async () => {
    recordFact({
      kind: 'measurement',
      what: 'pod start to Ready with data, with lifeboat to without',
      ratios,
    });
    const sorted = ratios.toSorted((a, b) => a - b);
    const middle = ((sorted[ROUNDS / 2 - 1] ?? 0) + (sorted[ROUNDS / 2] ?? 0)) / 2;
    assert.ok(middle < AT_MOST, `${middle.toFixed(2)} times as long: ${ratios.join(', ')}`);
    assert.match(await withUs.server.log('lifeboat-init'), /data present/);
    assert.equal(await without.server.log('lifeboat-init'), '');
  });
});
