/** setup-auth's command line, and what is said of servers that cannot be set up. Those that can: test/setup-auth. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { certificateFor } from '../support/certificates.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { SetupAuth } from '../support/setup-auth.ts';
import { type Answer, startStandIn } from '../vault/stand-in.ts';

const TOKEN = 'hvs.of-a-person';
const NOWHERE = 'http://127.0.0.1:1';

let setup!: SetupAuth;
before(() => {
  setup = new SetupAuth('vault');
});
after(() => setup.remove());

const run = (flags: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') =>
  lifeboat(['setup-auth', '-f', setup.file, ...flags], { env, input });

function says({ code, stderr }: Ended, exit: number, ...patterns: readonly RegExp[]): void {
  assert.equal(code, exit, stderr);
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.ok(!stderr.includes(TOKEN), 'the token is told');
  assert.doesNotMatch(stderr, /^ +at /m, 'a stack trace');
}

const health = (changes: object): Answer => ({
  status: 200,
  json: { initialized: true, sealed: false, version: '1.21.1', cluster_id: 'c', ...changes },
});

test('no address and no token are wrong command lines that say where both come from', async () => {
  says(await run([]), 2, /which server\?/, /next: --address URL or VAULT_ADDR/);
  says(await run(['--address', 'vault:8200']), 2, /not of the form https:\/\/HOST:PORT/);
  says(await run(['--address', 'http://a:b@vault:8200']), 2, /not of the form https:\/\/HOST:PORT/);
  says(await run(['--address', NOWHERE]), 2, /No token was found/, /vault login; or VAULT_TOKEN/);
});

test('a token comes from the variable, a file, standard input, or where the login put it', async () => {
  const file = path.join(setup.folder, 'token');
  writeFileSync(file, `${TOKEN}\n`);
  const home = path.join(setup.folder, 'home');
  mkdirSync(home);
  writeFileSync(path.join(home, '.vault-token'), TOKEN);
  const sent: (string | undefined)[] = [];
  const server = await startStandIn((asked) => {
    if (asked.path === '/v1/sys/health') return health({});
    sent.push(asked.headers['x-vault-token'] as string | undefined);
    return { status: 403, json: { errors: ['permission denied'] } };
  });
  try {
    const at = ['--address', server.address];
    for (const ended of [
      await run(at, { VAULT_TOKEN: TOKEN }),
      await run([...at, '--token-file', file], { VAULT_TOKEN: 'hvs.another' }),
      await run([...at, '--token-file', '-'], {}, `${TOKEN}\n`),
      await run(at, { HOME: home }),
    ])
      says(ended, 15, /with 403: permission denied/, /next: your token has expired/);
  } finally {
    await server.stop();
  }
  assert.deepEqual(new Set(sent), new Set([TOKEN]));
});

test('what is no token is not quoted', async () => {
  const at = ['--address', NOWHERE];
  says(await run(at, { VAULT_TOKEN: `${TOKEN}\r\nx: y` }), 2, /VAULT_TOKEN is not one line with a token/);
  says(await run([...at, '--token-file', '/nonexistent']), 2, /token file \/nonexistent does not exist/);
});

test('a server that is new, sealed, of disaster recovery or away is told as such, with what to do', async () => {
  const env = { VAULT_TOKEN: TOKEN };
  for (const [answer, pattern] of [
    [{ status: 501, changes: { initialized: false } }, /is not initialised\n {2}next: vault operator init/],
    [{ status: 503, changes: { sealed: true } }, /is sealed\n {2}next: vault operator unseal/],
    [{ status: 472, changes: {} }, /secondary of disaster recovery/],
  ] as const) {
    const server = await startStandIn(() => ({ ...health(answer.changes), status: answer.status }) as Answer);
    says(await run(['--address', server.address], env), 15, pattern);
    await server.stop();
  }
  says(
    await run(['--address', NOWHERE], env),
    15,
    /connection refused/,
    /next: RUNBOOK\.md has the port-forward/,
  );
});

test('a certificate that is not accepted leads to --ca and --tls-server-name', async () => {
  const made = await certificateFor('vault.example');
  const server = await startStandIn(() => health({ initialized: false }), {
    cert: made['tls.crt'] ?? '',
    key: made['tls.key'] ?? '',
  });
  const ca = path.join(setup.folder, 'ca.pem');
  writeFileSync(ca, made['ca.crt'] ?? '');
  const at = ['--address', server.address];
  const env = { VAULT_TOKEN: TOKEN };
  try {
    const hint =
      /next: name the CA with --ca FILE, and the name in the certificate with --tls-server-name NAME/;
    says(
      await run(at, { ...env, VAULT_SKIP_VERIFY: 'true' }),
      15,
      /not accepted/,
      hint,
      /SKIP_VERIFY is not heeded/,
    );
    says(await run([...at, '--ca', ca], env), 15, /not accepted/, hint);
    says(await run([...at, '--ca', ca, '--tls-server-name', 'vault.example'], env), 15, /is not initialised/);
    const variables = { VAULT_CACERT: ca, VAULT_TLS_SERVER_NAME: 'vault.example' };
    says(await run(at, { ...env, ...variables }), 15, /is not initialised/);
    says(await run([...at, '--ca', '/nonexistent'], env), 2, /the CA \/nonexistent cannot be read/);
  } finally {
    await server.stop();
  }
});

test('a namespace of the person is not that of the backup, and said so', async () => {
  const server = await startStandIn((asked) => {
    assert.equal(asked.headers['x-vault-namespace'], undefined);
    return health({ sealed: true });
  });
  const ended = await run(['--address', server.address], { VAULT_TOKEN: TOKEN, VAULT_NAMESPACE: 'team' });
  await server.stop();

  says(ended, 15, /warning: VAULT_NAMESPACE is not heeded/);
});

test('flags that do not go together are refused before anything is asked', async () => {
  const at = ['--address', NOWHERE];
  for (const [flags, pattern] of [
    [['--service-account-token', 'x', '--verify'], /is for the kubernetes login/],
    [['--verify', '--dry-run'], /--verify tries what was done/],
    [['--exit-code'], /goes with --dry-run/],
  ] as const)
    says(await run([...at, ...flags], { VAULT_TOKEN: TOKEN }), 2, pattern);
});

test('of a fleet one cluster is set up at a time', async () => {
  const one = parse(readFileSync(setup.file, 'utf8')) as Record<string, unknown>;
  const { version, name: _name, ...defaults } = one;
  const file = path.join(setup.folder, 'fleet.yaml');
  writeFileSync(
    file,
    stringify({ version, defaults, clusters: { east: { name: 'east' }, west: { name: 'west' } } }),
  );
  const fleet = (flags: readonly string[]) =>
    lifeboat(['setup-auth', '-f', file, '--address', NOWHERE, ...flags], { env: { VAULT_TOKEN: TOKEN } });

  says(await fleet([]), 2, /these are 2 clusters/, /next: --only CLUSTER, one of east, west/);
  says(await fleet(['--only', 'west']), 15, /connection refused/);
});

test('with --json an error is one object, and nothing is said beside it', async () => {
  const { code, stdout, stderr } = await run(['--address', NOWHERE, '--json'], { VAULT_TOKEN: TOKEN });

  assert.equal(code, 15);
  assert.equal(stderr, '');
  assert.equal((JSON.parse(stdout) as { error: { exit: string } }).error.exit, 'vault');
});

test('a login folder that cannot be used is told before a secret_id is made', async () => {
  const file = path.join(setup.folder, 'is-a-file');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  const asked: string[] = [];
  const server = await startStandIn((one) => {
    asked.push(one.path);
    if (one.path === '/v1/sys/health') return health({});
    if (one.path === '/v1/sys/auth')
      return { status: 200, json: { data: { 'approle/': { type: 'approle' } } } };
    if (one.path === '/v1/sys/capabilities-self') {
      const { paths } = JSON.parse(one.body) as { paths: string[] };
      return { status: 200, json: { data: Object.fromEntries(paths.map((each) => [each, ['root']])) } };
    }
    return { status: 404, json: { errors: [] } };
  });
  const ended = await run(['--address', server.address, '--login-out', file], { VAULT_TOKEN: TOKEN });
  await server.stop();

  says(ended, 2, /is-a-file cannot hold the login/);
  assert.ok(!asked.some((each) => each.includes('secret-id')));
});
