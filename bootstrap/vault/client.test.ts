/** Against a stand-in on loopback that answers as Vault does; the real servers are in test/pod. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { LifeboatError } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import { failure, type Plain, refuse, SHARE, stream, TOKEN, vault } from '../../test/vault/client-of.ts';

test('health tells the state whatever the status is', async () => {
  const body = { initialized: true, sealed: false, version: '1.21.1', cluster_id: 'c', cluster_name: 'n' };
  for (const status of [200, 429, 472, 473, 501, 503]) {
    const { client } = await vault({ 'GET /v1/sys/health': { status, json: body } });
    assert.deepEqual(await client.health(), {
      status,
      initialized: true,
      sealed: false,
      version: '1.21.1',
      clusterId: 'c',
      clusterName: 'n',
    });
  }
  const sealed = { initialized: true, sealed: true, version: '1.21.1', cluster_id: '' };
  const { client } = await vault({ 'GET /v1/sys/health': { status: 503, json: sealed } });
  assert.equal((await client.health()).clusterId, undefined);
});

test('what does not answer as a Vault is no healthy one, and may be asked again', async () => {
  for (const answer of [
    { status: 200 },
    { status: 200, json: [] },
    { status: 502, json: { errors: ['x'] } },
  ]) {
    const { client } = await vault({ 'GET /v1/sys/health': answer });
    const error = await failure(client.health());
    assert.match(error.message, /but not as a Vault does/);
    assert.equal(error.retryable, true);
  }
});

test('a fresh server is initialised with one share, or one recovery share, and the keys are wrapped', async () => {
  const json = { keys: ['x'], keys_base64: [SHARE], root_token: TOKEN };
  const { client, server } = await vault({ 'PUT /v1/sys/init': { status: 200, json } });

  const shamir = await client.initialise(false);
  const auto = await client.initialise(true);

  assert.deepEqual(
    server.asked.map(({ body }) => JSON.parse(body)),
    [
      { secret_shares: 1, secret_threshold: 1 },
      { recovery_shares: 1, recovery_threshold: 1 },
    ],
  );
  assert.deepEqual([shamir.key?.reveal(), shamir.rootToken.reveal()], [SHARE, TOKEN]);
  assert.equal(auto.key, undefined);
  assert.doesNotMatch(inspect(shamir, { depth: 9, showHidden: true }), /the-token|the-share/);
});

test('a share that is refused is a matter of keys; a server in trouble is not', async () => {
  let answer = refuse(400, 'cipher: message authentication failed');
  const { client, server } = await vault({ 'PUT /v1/sys/unseal': () => answer });

  const wrong = await failure(client.unseal(new Secret(SHARE)));
  assert.deepEqual([wrong.exit, wrong.retryable], ['keys', false]);
  assert.match(wrong.message, /refuses the unseal share: .*message authentication failed/);
  answer = refuse(500, 'storage is away');
  const trouble = await failure(client.unseal(new Secret(SHARE)));
  assert.deepEqual([trouble.exit, trouble.retryable], ['vault', true]);
  answer = { status: 200, json: { sealed: true, progress: 2, t: 3 } };
  assert.deepEqual(await client.unseal(new Secret(SHARE)), { sealed: true, progress: 2 });
  await client.resetUnseal();

  assert.deepEqual(JSON.parse(server.asked.at(-1)?.body ?? ''), { reset: true });
  assert.deepEqual(JSON.parse(server.asked[0]?.body ?? ''), { key: SHARE });
});

test('the token of a login is sent from then on, and given back at the end', async () => {
  const auth = { status: 200, json: { auth: { client_token: TOKEN } } };
  const { client, server } = await vault({
    'POST /v1/auth/kube%20prod/login': auth,
    'POST /v1/auth/approle/login': auth,
    'GET /v1/sys/seal-status': {
      status: 200,
      json: { type: 'shamir', t: 3, n: 5, progress: 1, sealed: true },
    },
    'POST /v1/auth/token/revoke-self': refuse(403, 'denied'),
  });

  await client.loginKubernetes('kube prod', 'backup', new Secret('the-jwt'));
  const status = await client.sealStatus();
  await client.revokeSelf();
  await client.sealStatus();
  await client.loginAppRole('approle', new Secret('the-role-id'), new Secret('the-secret-id'));

  assert.deepEqual(
    server.asked.map(({ headers }) => headers['x-vault-token']),
    [undefined, TOKEN, TOKEN, undefined, undefined],
  );
  assert.deepEqual(JSON.parse(server.asked[0]?.body ?? ''), { role: 'backup', jwt: 'the-jwt' });
  assert.deepEqual(JSON.parse(server.asked[4]?.body ?? ''), {
    role_id: 'the-role-id',
    secret_id: 'the-secret-id',
  });
  assert.deepEqual([status.threshold, status.shares, status.progress, status.recoverySeal], [3, 5, 1, false]);
});

test('audit devices are listed where the policy allows it, and unknown where not', async () => {
  const devices = {
    'file/': { type: 'file', options: { file_path: '/vault/audit/audit.log', log_raw: 'false' } },
    'socket/': { type: 'socket', options: { address: 'logs.example:514', socket_type: 'tcp' } },
    'syslog/': { type: 'syslog', options: null },
  };
  let answer: Plain = { status: 200, json: { request_id: 'r', ...devices, data: devices } };
  const { client } = await vault({ 'GET /v1/sys/audit': () => answer });
  const expected = [
    { path: 'file/', type: 'file', filePath: '/vault/audit/audit.log' },
    { path: 'socket/', type: 'socket', address: 'logs.example:514', socketType: 'tcp' },
    { path: 'syslog/', type: 'syslog' },
  ];

  assert.deepEqual(await client.auditDevices(), expected);
  answer = { status: 200, json: devices };
  assert.deepEqual(await client.auditDevices(), expected);
  answer = refuse(403, 'permission denied');
  assert.equal(await client.auditDevices(), undefined);
  answer = refuse(500, 'x');
  assert.equal((await failure(client.auditDevices())).exit, 'vault');
});

test('a cancelled call fails with the reason of the canceller', async () => {
  const { client } = await vault({ 'GET /v1/sys/seal-status': stream(() => {}) });
  const stop = new AbortController();
  const reason = new LifeboatError('terminated', 'stopped');
  const asked = client.sealStatus({ signal: stop.signal });
  setImmediate(() => stop.abort(reason));

  assert.equal(await failure(asked), reason);
});
