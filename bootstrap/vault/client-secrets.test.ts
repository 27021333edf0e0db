/** What must not be sent, printed, or be part of an error. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Secret } from '../../contract/secret.ts';
import { failure, refuse, SHARE, TOKEN, vault } from '../../test/vault/client-of.ts';
import type { Answer, Asked } from '../../test/vault/stand-in.ts';
import { VaultClient } from './client.ts';
import { createTransport } from './transport.ts';

test('an init without a root token fails without printing what came', async () => {
  const { client } = await vault({ 'PUT /v1/sys/init': { status: 200, json: { keys_base64: [SHARE] } } });

  assert.match((await failure(client.initialise(false))).message, /sent no root token/);
});

test('a login without a token in the answer fails without printing it', async () => {
  const { client } = await vault({
    'POST /v1/auth/k/login': { status: 200, json: { auth: { accessor: 'the-token' } } },
  });

  assert.match(
    (await failure(client.loginKubernetes('k', 'r', new Secret('the-jwt')))).message,
    /sent no token/,
  );
});

test('nothing of the environment reaches the server: it is for the seal, or for somebody else', async () => {
  const { client, server } = await vault({ 'GET /v1/sys/seal-status': { status: 200, json: {} } });
  const names = ['VAULT_TOKEN', 'VAULT_NAMESPACE', 'VAULT_PREFIX', 'VAULT_ADDR'];
  for (const name of names) process.env[name] = 'http://of-the-environment';
  try {
    const again = new VaultClient(client.address, createTransport());
    await client.sealStatus();
    await again.sealStatus();
    await again.tokenlessStatus();
  } finally {
    for (const name of names) delete process.env[name];
  }

  assert.equal(server.asked.length, 3);
  assert.doesNotMatch(JSON.stringify(server.asked), /of-the-environment/);
});

test('a look without a token sends none, and a foreign token is only tried', async () => {
  const { client, server } = await vault({
    'GET /v1/auth/token/lookup-self': (asked) =>
      asked.headers['x-vault-token'] === TOKEN ? { status: 200, json: {} } : refuse(403, 'permission denied'),
  });
  client.setToken(new Secret(TOKEN));

  assert.equal(await client.tokenlessStatus(), 403);
  assert.equal(await client.accepts(new Secret('hvs.other')), false);
  assert.equal(await client.accepts(new Secret(TOKEN)), true);

  assert.deepEqual(
    server.asked.map(({ headers }) => headers['x-vault-token']),
    [undefined, 'hvs.other', TOKEN],
  );
});

test('an error of a server or a proxy that quotes what it was sent does not bring it into ours', async () => {
  const echo = (asked: Asked): Answer =>
    refuse(400, `bad request: ${asked.body} ${JSON.stringify(asked.headers)}`);
  const { client } = await vault({
    'PUT /v1/sys/unseal': echo,
    'POST /v1/auth/k/login': echo,
    'POST /v1/auth/a/login': echo,
    'GET /v1/sys/seal-status': echo,
  });
  client.setToken(new Secret(TOKEN));

  for (const work of [
    () => client.unseal(new Secret(SHARE)),
    () => client.loginKubernetes('k', 'role-name', new Secret('the-jwt')),
    () => client.loginAppRole('a', new Secret('the-role-id'), new Secret('the-secret-id')),
    () => client.sealStatus(),
  ])
    assert.match((await failure(work())).message, /bad request: .*\[redacted\]/);
});

test('nothing is printed, even where the library below is told to', async () => {
  const { client } = await vault({ 'PUT /v1/sys/unseal': refuse(400, 'no') });
  const program = `
    import { VaultClient } from './bootstrap/vault/client.ts';
    import { createTransport } from './bootstrap/vault/transport.ts';
    import { Secret } from './contract/secret.ts';
    const transport = createTransport();
    const client = new VaultClient('http://127.0.0.1:1', transport);
    client.setToken(new Secret('${TOKEN}'));
    await client.unseal(new Secret('${SHARE}')).catch((error) => console.log(error.exit));
    await transport.close();`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    { encoding: 'utf8', env: { PATH: process.env.PATH, DEBUG: '*' } },
  );
  assert.equal(stdout, 'vault\n', stderr);
  assert.doesNotMatch(stderr, /the-token|the-share/);
  assert.equal(client.address.endsWith('/'), false);
});
