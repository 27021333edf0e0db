/**
 * `lifeboat status`: the built program calls the real kubectl, which reads objects and logs out of a stand-in for the
 * Kubernetes API (test/support/stand-in-kubernetes.ts). On a real node: test/e2e/scenarios.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { CRON_JOB, job, jobPod, pod, running, SERVES, word } from '../../status/scene.ts';
import { lifeboat } from '../support/command-line.ts';
import { whyNoKubectl } from '../support/kubectl.ts';
import { type StandIn, type StoredObject, startStandIn } from '../support/stand-in-kubernetes.ts';

const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-status-'));
const file = path.join(work, 'lifeboat.yaml');
let api: StandIn;

const KEY = 'snapshots/20261125T120000Z-62.snap';

/** Objects of the scene, as the API gives them out. */
function put(plural: string, object: { readonly metadata: { readonly name: string } }): void {
  const stored = { ...object, metadata: { ...object.metadata, namespace: 'vault' } };
  api.objects.push({ plural, object: stored } as StoredObject);
}

function release(server: Parameters<typeof pod>[1], log = ''): void {
  put('statefulsets', { metadata: { name: 'vault' } });
  put('pods', pod(0, server).pod);
  api.logs.set('vault/vault-0/vault', log);
  put('persistentvolumeclaims', { metadata: { name: 'data-vault-0' } });
  const owner = { ownerReferences: [{ kind: 'CronJob', name: 'vault-lifeboat' }] };
  // Made a moment ago, so that no run was missed whatever day this runs on.
  const now = new Date().toISOString();
  put('cronjobs', {
    ...CRON_JOB,
    metadata: { ...CRON_JOB.metadata, creationTimestamp: now },
  } as typeof CRON_JOB);
  const run = job('run-1', 'Complete');
  put('jobs', { ...run, metadata: { ...run.metadata, ...owner } } as typeof run);
  put(
    'pods',
    jobPod('run-1', word('backed-up', 'BACKED UP', { key: KEY, taken: '2026-11-25T12:00:00.000Z' })),
  );
}

const status = (...flags: readonly string[]) =>
  lifeboat(['status', '-f', file, '--kubeconfig', api.kubeconfig, ...flags]);

describe('lifeboat status', { skip: await whyNoKubectl() }, () => {
  before(async () => {
    api = await startStandIn(path.join(work, 'kubeconfig'));
    writeFileSync(
      path.join(work, 'my-values.yaml'),
      stringify({ server: { ha: { enabled: true, replicas: 1, raft: { enabled: true, setNodeId: true } } } }),
    );
    writeFileSync(
      file,
      stringify({
        ...{ version: 1, name: 'payments', image: { repository: 'registry.example/lifeboat' } },
        release: { name: 'vault', namespace: 'vault', chartVersion: '0.34.1', values: ['my-values.yaml'] },
        store: { directory: { volume: { hostPath: { path: path.join(work, 'store') } } } },
      }),
    );
  });
  after(async () => {
    await api?.close();
    rmSync(work, { recursive: true, force: true });
  });
  beforeEach(() => {
    api.objects.length = 0;
    api.hidden.clear();
    api.logs.clear();
  });

  it('a release that is well ends with 0, as a table without colours', async () => {
    release(SERVES);

    const { code, stdout, stderr } = await status();

    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^payments, release vault in namespace vault: all is well$/m);
    assert.match(stdout, /^vault-0 +yes +active/m);
    assert.match(stdout, /^snapshot +snapshots\/20261125T120000Z-62\.snap, .*; verified/m);
    assert.ok(!stdout.includes('\u001b'));
  });

  it('8 where people are waited for, with what they have to type', async () => {
    const says =
      'sealed: waits for people, 1 of 3 unseal shares given (of 5). Next: kubectl exec -ti vault-0';
    release(
      { server: running('vault') },
      `2026-11-25T13:00:00.000Z lifeboat post-start [waiting-for-shares]: ${says}\n`,
    );

    const { code, stdout } = await status();

    assert.equal(code, 8, stdout);
    assert.match(stdout, /^vault-0 +no +waiting-for-shares .*1 of 3 unseal shares given/m);
    assert.match(stdout, /^ {2}vault-0: kubectl exec -ti vault-0$/m);
  });

  it('9 where it goes on by itself, 7 where too little can be seen', async () => {
    release({ server: running('vault') });
    assert.equal((await status()).code, 9);

    api.hidden.add('pods');
    const { code, stdout } = await status();
    assert.equal(code, 7, stdout);
    assert.match(stdout, /Not seen:\n(?:.*\n)*? {2}pods: pods is forbidden/);
  });

  it('--json is one object with a list of clusters', async () => {
    release(SERVES);

    const { stdout } = await status('--json');

    const { version, clusters } = JSON.parse(stdout) as {
      version: number;
      clusters: Record<string, unknown>[];
    };
    assert.equal(version, 1);
    assert.deepEqual(Object.keys(clusters[0] ?? {}), [
      ...['cluster', 'name', 'release', 'namespace', 'checked', 'verdict'],
      ...['pods', 'backup', 'snapshot', 'restore', 'unseen'],
    ]);
  });

  it('a store that was asked and cannot be read is told with why, and the backup tells the snapshot', async () => {
    release(SERVES);

    const { code, stdout } = await status('--store', '--json');

    const [seen] = (JSON.parse(stdout) as { clusters: { unseen: string[]; snapshot: { source: string } }[] })
      .clusters;
    assert.equal(code, 7);
    assert.match(seen?.unseen.join('\n') ?? '', /^store: the store's folder .* does not exist; next: /m);
    assert.equal(seen?.snapshot.source, 'job');
  });

  it('a cluster that cannot be reached is one sentence and exit code 6; nothing was ever written', async () => {
    const { code, stderr } = await status('--kube-context', 'other');

    assert.equal(code, 6);
    assert.match(stderr, /the cluster cannot be reached .*\n {2}next: .*kubectl cluster-info/);
    assert.deepEqual(api.writes, []);
  });
});
