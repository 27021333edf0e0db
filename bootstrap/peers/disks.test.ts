/** A stand-in for the Kubernetes API: a real TLS listener with its answers; a real one is asked in test/e2e. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { certificateFor } from '../../test/support/certificates.ts';
import { type Answer, type StandIn, startStandIn } from '../../test/vault/stand-in.ts';
import { type Claim, claimOf, podWords } from './disks.ts';
import { createKubernetesApi } from './kubernetes-api.ts';

let folder: string;
let api: StandIn;
let reply: Answer = { status: 200 };
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  const files = await certificateFor('localhost');
  writeFileSync(join(folder, 'ca.crt'), files['ca.crt'] ?? '');
  writeFileSync(join(folder, 'token'), 'a-token\n');
  api = await startStandIn(() => reply, { cert: files['tls.crt'] ?? '', key: files['tls.key'] ?? '' });
});
after(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const env = () => ({ KUBERNETES_SERVICE_HOST: 'localhost', KUBERNETES_SERVICE_PORT: String(api.port) });

function ask(given: Answer): Promise<Claim> {
  reply = given;
  return claimOf(createKubernetesApi(env(), folder), 'vault', 'data-vault-1');
}

const claim = (phase: string, volumeName?: string): Answer => ({
  status: 200,
  json: { kind: 'PersistentVolumeClaim', spec: { volumeName }, status: { phase } },
});

test('the claim is asked for by name, with the token of the service account', async () => {
  await ask(claim('Bound', 'pv-1'));

  const last = api.asked.at(-1);
  assert.equal(last?.path, '/api/v1/namespaces/vault/persistentvolumeclaims/data-vault-1');
  assert.equal(last?.headers.authorization, 'Bearer a-token');
});

test('a claim that the API does not have is missing; so says the API itself, nothing in between', async () => {
  const missing = { kind: 'Status', reason: 'NotFound' };

  assert.deepEqual(await ask({ status: 404, json: missing }), { claim: 'missing' });
  assert.equal((await ask({ status: 404, json: { message: 'no route' } })).claim, 'unknown');
});

test('only a claim without any volume is unbound', async () => {
  assert.deepEqual(await ask(claim('Pending')), { claim: 'unbound' });
  assert.deepEqual(await ask(claim('Pending', 'pv-with-old-data')), { claim: 'bound' });
  assert.deepEqual(await ask(claim('Bound', 'pv-1')), { claim: 'bound' });
  assert.deepEqual(await ask(claim('Lost', 'pv-1')), { claim: 'bound' });
});

test('a denial is told from a failure', async () => {
  assert.deepEqual(await ask({ status: 403, json: { kind: 'Status', reason: 'Forbidden' } }), {
    claim: 'denied',
  });
  assert.deepEqual(await ask({ status: 401 }), { claim: 'denied' });
  assert.equal((await ask({ status: 500, json: { kind: 'Status' } })).claim, 'unknown');
  assert.equal((await ask({ status: 200, json: { kind: 'Pod' } })).claim, 'unknown');
  assert.equal((await ask((to) => void to.end('no json'))).claim, 'unknown');
});

test('an API that is not there, or another one than the CA is for, is unknown', async () => {
  const at = (more: object, from = folder) =>
    claimOf(createKubernetesApi({ ...env(), ...more }, from), 'vault', 'x');

  assert.deepEqual(await at({ KUBERNETES_SERVICE_PORT: '1' }), {
    claim: 'unknown',
    because: 'connection refused: nothing listens there yet',
  });
  const other = JSON.stringify(await at({ KUBERNETES_SERVICE_HOST: '127.0.0.1' }));
  assert.match(other, /unknown.*(?:altnames|does not match)/);
  assert.deepEqual(await at({ KUBERNETES_SERVICE_HOST: '' }), {
    claim: 'unknown',
    because: 'this pod is told no address of it',
  });
  assert.match(JSON.stringify(await at({}, join(folder, 'none'))), /no token/);
});

test('how the pod is doing is told where it may be read', async () => {
  const words = (given: Answer): Promise<string | undefined> => {
    reply = given;
    return podWords(createKubernetesApi(env(), folder), 'vault', 'vault-1');
  };
  const pod = (status: object, metadata: object = {}): Answer => ({
    status: 200,
    json: { kind: 'Pod', metadata, status },
  });
  const message = '0/3 nodes are available: 3 Insufficient memory.';
  const conditions = [{ type: 'PodScheduled', status: 'False', message }];

  assert.equal(await words(pod({ phase: 'Pending', conditions })), `its pod is not scheduled: ${message}`);
  assert.equal(api.asked.at(-1)?.path, '/api/v1/namespaces/vault/pods/vault-1');
  assert.equal(await words(pod({ phase: 'Running' })), 'its pod is Running');
  assert.equal(await words(pod({ phase: 'Running' }, { deletionTimestamp: 'x' })), 'its pod is being ended');
  assert.equal(
    await words({ status: 404, json: { kind: 'Status', reason: 'NotFound' } }),
    'Kubernetes has no pod of this name now',
  );
  assert.equal(await words({ status: 403, json: { kind: 'Status' } }), undefined);
});
