/** The real kubectl against a stand-in for the API (test/support/stand-in-kubernetes.ts). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LifeboatError } from '../contract/errors.ts';
import { whyNoKubectl } from '../test/support/kubectl.ts';
import { type StandIn, startStandIn } from '../test/support/stand-in-kubernetes.ts';
import { Cluster } from './objects.ts';

const skip = await whyNoKubectl();

function exits(message: RegExp, hint: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof LifeboatError, String(error));
    assert.equal(error.exit, 'tool');
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    return true;
  };
}

describe('objects of a cluster, by kubectl', { skip }, () => {
  const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-cluster-'));
  let api: StandIn;
  let cluster: Cluster;

  before(async () => {
    api = await startStandIn(path.join(work, 'kubeconfig'));
    cluster = new Cluster({ kubeconfig: api.kubeconfig });
    const metadata = { name: 'vault-0', namespace: 'vault', labels: { app: 'vault' } };
    api.objects.push(
      { plural: 'pods', object: { metadata } },
      { plural: 'pods', object: { metadata: { ...metadata, name: 'other', labels: {} } } },
    );
    api.logs.set('vault/vault-0/vault', 'one\ntwo\nthree\n');
    api.hidden.add('persistentvolumeclaims');
  });
  after(async () => {
    await api?.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('reads one, or those with the labels', async () => {
    const one = await cluster.get<{ metadata: { name: string } }>('pods', 'vault', 'vault-0');
    const some = await cluster.list<{ metadata: { name: string } }>('pods', 'vault', 'app=vault');

    assert.equal(one.seen === 'yes' && one.value.metadata.name, 'vault-0');
    assert.deepEqual(some.seen === 'yes' && some.value.map(({ metadata }) => metadata.name), ['vault-0']);
  });

  it('tells what is not there from what may not be seen', async () => {
    assert.deepEqual(await cluster.get('pods', 'vault', 'nobody'), { seen: 'absent' });

    const claims = await cluster.list('persistentvolumeclaims', 'vault');
    assert.equal(claims.seen, 'hidden');
    assert.match(
      claims.seen === 'hidden' ? claims.why : '',
      /^persistentvolumeclaims is forbidden: User "ci"/,
    );
  });

  it("reads the last lines of a container's log", async () => {
    const pod = { namespace: 'vault', name: 'vault-0', container: 'vault' };

    assert.deepEqual(await cluster.log(pod, { lines: 2 }), { seen: 'yes', value: 'two\nthree\n' });
    assert.equal((await cluster.log({ ...pod, container: 'later' })).seen, 'hidden');
  });

  it('a cluster that does not answer is one sentence with the next command', async () => {
    const other = new Cluster({ kubeconfig: api.kubeconfig, kubeContext: 'other' });
    const nowhere = new Cluster({ kubeconfig: api.kubeconfig, kubeContext: 'nowhere' });

    await assert.rejects(other.list('pods', 'vault'), exits(/cannot be reached/, /kubectl cluster-info/));
    await assert.rejects(nowhere.list('pods', 'vault'), exits(/no such context/, /get-contexts/));
  });

  it('writes nothing', () => {
    assert.deepEqual(api.writes, []);
  });
});
