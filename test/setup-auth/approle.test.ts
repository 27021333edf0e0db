/** `lifeboat setup-auth` with an AppRole, on real servers: what it makes, what it leaves alone, and a backup that logs in with it. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { execa } from 'execa';
import { samePolicy } from '../../bootstrap/setup-auth/policy-meaning.ts';
import { BackupJob, type Published } from '../support/backup-job.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { type Person, SetupAuth } from '../support/setup-auth.ts';
import { requireTool } from '../support/skip.ts';
import { type Cluster, startCluster } from '../support/start-cluster.ts';
import type { Operator } from '../support/vault-operations.ts';

const POLICY = 'sys/policies/acl/lifeboat-backup';
const ROLE = 'auth/approle/role/lifeboat-backup';

interface World {
  readonly binary: string;
  readonly cluster: Cluster;
  readonly operator: Operator;
  readonly person: Person;
  readonly setup: SetupAuth;
}

type Fields = Readonly<Record<string, unknown>>;

async function read(operator: Operator, at: string): Promise<Fields | undefined> {
  const { status, body } = await operator.call('GET', at);
  return status === 200 ? (body.data as Fields) : undefined;
}

const stepsOf = ({ stdout }: Ended): readonly string[] =>
  (JSON.parse(stdout) as { steps: { what: string; state: string }[] }).steps.map(
    ({ what, state }) => `${what} ${state}`,
  );

for (const { product, tool } of [
  { product: 'vault', tool: 'vault' },
  { product: 'openbao', tool: 'bao' },
] as const)
  describe(`setup-auth of an AppRole in ${product}`, () => {
    let world: World | undefined;
    const ends: (() => Promise<void> | void)[] = [];
    after(async () => {
      for (const end of ends.reverse()) await end();
    });

    async function setUp(binary: string): Promise<World> {
      const cluster = await startCluster({ binary, servers: 1 });
      ends.push(() => cluster.stop());
      const setup = new SetupAuth(product);
      ends.push(() => setup.remove());
      const { address, operator } = await cluster.leader();
      await operator.must('POST', 'sys/mounts/secret', { type: 'kv' });
      await operator.must('POST', 'secret/app', { password: 'of-the-application' });
      world = { binary, cluster, operator, person: { address, token: cluster.root }, setup };
      return world;
    }

    function withServer(name: string, body: (world: World) => Promise<void>): void {
      test(name, async (t) => {
        const found = await requireTool(t, tool);
        if (found !== undefined) await body(world ?? (await setUp(found.path)));
      });
    }

    function saysNoSecret(ended: Ended, { person, setup }: World): void {
      const secrets = [person.token, readFileSync(path.join(setup.loginOut, 'secret_id'), 'utf8')];
      for (const secret of secrets)
        assert.ok(!`${ended.stdout}${ended.stderr}`.includes(secret), 'a secret is told');
    }

    withServer('a dry run says what would be done, and does nothing', async ({ person, setup, operator }) => {
      const ended = await setup.run(person, ['--dry-run', '--exit-code', '--login-out', setup.loginOut]);

      assert.equal(ended.code, 4, ended.stderr);
      assert.match(ended.stderr, /would be created policy sys\/policies\/acl\/lifeboat-backup\n/);
      assert.match(ended.stderr, /would be created login /);
      assert.equal(await read(operator, POLICY), undefined);
      assert.equal(await read(operator, ROLE), undefined);
      assert.throws(() => statSync(setup.loginOut), { code: 'ENOENT' });
    });

    withServer(
      'a token that may not do it is told every right that it lacks, and nothing is done',
      async (world) => {
        const { operator, person, setup } = world;
        await operator.must('PUT', 'sys/policies/acl/looks-only', {
          policy: ['sys/policies/acl/*', 'sys/auth', 'auth/approle/*']
            .map((at) => `path "${at}" { capabilities = ["read"] }`)
            .join('\n'),
        });
        const { auth } = await operator.must('POST', 'auth/token/create', { policies: ['looks-only'] });
        const token = (auth as { client_token: string }).client_token;

        const { code, stderr } = await setup.run({ ...person, token }, ['--login-out', setup.loginOut]);

        assert.equal(code, 15, stderr);
        for (const line of [
          'path "sys/policies/acl/lifeboat-backup" { capabilities = ["create","update"] }',
          'path "sys/auth/approle" { capabilities = ["create","update","sudo"] }',
          'path "auth/approle/role/lifeboat-backup" { capabilities = ["create","update"] }',
          'path "auth/approle/role/lifeboat-backup/secret-id" { capabilities = ["create","update"] }',
        ])
          assert.ok(stderr.includes(line), stderr);
        assert.equal(await read(operator, POLICY), undefined);

        const unknown = await setup.run({ ...person, token: 'hvs.of-another-server' });
        assert.equal(unknown.code, 15, unknown.stderr);
        assert.match(
          unknown.stderr,
          /next: your token has expired, is of another server \((?:vault|bao) login\)/,
        );
      },
    );

    withServer("the first run makes it, and the backup's place is taken to prove it", async (world) => {
      const { person, setup, operator } = world;

      const ended = await setup.run(person, ['--login-out', setup.loginOut, '--verify']);

      assert.equal(ended.code, 0, ended.stderr);
      assert.match(
        ended.stderr,
        /^created {3}policy .*\n(?:created {3}.*\n){3}verified: the AppRole login may/m,
      );
      assert.doesNotMatch(ended.stderr, /warning/);
      assert.match(ended.stderr, /next: kubectl create secret generic vault-snapshot-agent -n vault /);
      saysNoSecret(ended, world);
      assert.equal(statSync(setup.loginOut).mode & 0o777, 0o700);
      for (const name of ['role_id', 'secret_id'])
        assert.equal(statSync(path.join(setup.loginOut, name)).mode & 0o777, 0o600);
      assert.deepEqual((await read(operator, ROLE))?.token_policies, ['lifeboat-backup']);
    });

    withServer('the second run finds all of it unchanged, the login too', async (world) => {
      const { person, setup } = world;
      const before = readFileSync(path.join(setup.loginOut, 'secret_id'), 'utf8');

      const ended = await setup.run(person, ['--login-out', setup.loginOut, '--json']);

      assert.equal(ended.code, 0, ended.stdout);
      assert.deepEqual(stepsOf(ended), ['policy unchanged', 'auth method unchanged', 'role unchanged']);
      assert.equal(readFileSync(path.join(setup.loginOut, 'secret_id'), 'utf8'), before);
      saysNoSecret(ended, world);
      assert.equal((await setup.run(person, ['--dry-run', '--exit-code'])).code, 0);
    });

    withServer(
      'what was changed meanwhile is shown, and overwritten only when a person says so',
      async (world) => {
        const { person, setup, operator } = world;
        const edited = 'path "sys/storage/raft/*" {\n  capabilities = ["read", "update"]\n}\n';
        await operator.must('PUT', POLICY, { policy: edited });
        await operator.must('POST', ROLE, {
          token_policies: ['lifeboat-backup', 'reader'],
          token_bound_cidrs: ['127.0.0.0/8'],
        });

        const refused = await setup.run(person);

        assert.equal(refused.code, 11, refused.stderr);
        assert.match(refused.stderr, /\n {2}-path "sys\/storage\/raft\/\*" \{\n/);
        assert.match(refused.stderr, /\n {2}\+path "sys\/storage\/raft\/snapshot" \{\n/);
        assert.match(refused.stderr, /token_policies: lifeboat-backup, reader -> lifeboat-backup\n/);
        assert.match(refused.stderr, /nothing was changed\n {2}next: .*--yes/);
        assert.equal((await read(operator, POLICY))?.policy, edited);

        const updated = await setup.run(person, ['--yes', '--json']);

        assert.deepEqual(stepsOf(updated), ['policy updated', 'auth method unchanged', 'role updated']);
        const role = await read(operator, ROLE);
        assert.deepEqual(role?.token_policies, ['lifeboat-backup']);
        assert.equal(
          JSON.stringify(role?.token_bound_cidrs).includes('127.0.0.0'),
          true,
          "the user's own stays",
        );
      },
    );

    withServer(
      'a login that has ended is replaced, when a person says so',
      async ({ person, setup, operator }) => {
        const file = path.join(setup.loginOut, 'secret_id');
        const secretId = readFileSync(file, 'utf8');
        await operator.must('POST', `${ROLE}/secret-id/destroy`, { secret_id: secretId });

        const refused = await setup.run(person, ['--login-out', setup.loginOut]);
        assert.equal(refused.code, 11, refused.stderr);
        assert.match(refused.stderr, /does not log in: a new one is written over it/);
        const done = await setup.run(person, ['--login-out', setup.loginOut, '--yes', '--verify']);

        assert.equal(done.code, 0, done.stderr);
        assert.notEqual(readFileSync(file, 'utf8'), secretId);
      },
    );

    withServer('a real backup logs in with what it made', async ({ person, setup }) => {
      const login = Object.fromEntries(
        ['role_id', 'secret_id'].map((name) => [name, readFileSync(path.join(setup.loginOut, name), 'utf8')]),
      );
      const job = new BackupJob({
        vault: { product, address: person.address, peers: [person.address] },
        login,
      });
      ends.push(() => job.remove());

      const { code, stderr } = await job.run();

      assert.equal(code, 0, stderr);
      const { manifest } = (await job.published()) as Published;
      assert.deepEqual(manifest.audit, [], 'the policy lets it list the audit devices');
    });

    withServer('that login may take snapshots, and nothing else', async ({ setup, operator }) => {
      const [roleId, secretId] = ['role_id', 'secret_id'].map((name) =>
        readFileSync(path.join(setup.loginOut, name), 'utf8'),
      );
      const { auth } = await operator.must('POST', 'auth/approle/login', {
        role_id: roleId,
        secret_id: secretId,
      });
      const token = (auth as { client_token: string }).client_token;
      const status = async (method: string, at: string, body?: object): Promise<number> =>
        (await operator.call(method, at, body, token)).status;

      assert.equal(await status('GET', 'sys/storage/raft/snapshot'), 200);
      assert.equal(await status('GET', 'sys/audit'), 200);
      for (const [method, at, body] of [
        ['GET', 'secret/app'],
        ['POST', 'sys/storage/raft/snapshot', {}],
        ['POST', 'sys/storage/raft/snapshot-force', {}],
        ['PUT', 'sys/audit/mine', { type: 'file', options: { file_path: 'stdout' } }],
        ['PUT', POLICY, { policy: 'path "*" { capabilities = ["sudo"] }' }],
        ['POST', ROLE, { token_policies: ['root'] }],
        ['POST', `${ROLE}/secret-id`, {}],
        ['POST', 'auth/token/create', {}],
        ['GET', 'sys/storage/raft/configuration'],
        ['PUT', 'sys/seal'],
      ] as const)
        assert.equal(await status(method, at, body), 403, `${method} ${at}`);
    });

    withServer(
      'auth-setup.sh makes the very same policy and role',
      async ({ binary, person, setup, operator }) => {
        const kept = (role: Fields | undefined): Fields => ({ ...role, token_bound_cidrs: undefined });
        const [policy, role] = [await read(operator, POLICY), await read(operator, ROLE)];
        await operator.must('DELETE', POLICY);
        await operator.must('DELETE', ROLE);
        await lifeboat(['render', '-f', setup.file, '-o', path.join(setup.folder, 'out')]);
        const bin = path.join(setup.folder, 'bin');
        mkdirSync(bin);
        writeFileSync(path.join(bin, 'kubectl'), '#!/bin/sh\ncat >/dev/null </dev/null\n');
        chmodSync(path.join(bin, 'kubectl'), 0o755);
        const prefix = product === 'vault' ? 'VAULT' : 'BAO';

        await execa('sh', [path.join(setup.folder, 'out/auth-setup.sh')], {
          extendEnv: false,
          env: {
            PATH: `${bin}:${path.dirname(binary)}:${process.env.PATH ?? ''}`,
            HOME: setup.folder,
            [`${prefix}_ADDR`]: person.address,
            [`${prefix}_TOKEN`]: person.token,
          },
        });

        assert.deepEqual(kept(await read(operator, ROLE)), kept(role));
        assert.ok(samePolicy(String((await read(operator, POLICY))?.policy), String(policy?.policy)));
        const again = await setup.run(person, ['--json']);
        assert.deepEqual(stepsOf(again), ['policy unchanged', 'auth method unchanged', 'role unchanged']);
      },
    );

    withServer('an auth method of another type at that path is refused', async ({ person, operator }) => {
      await operator.must('POST', 'sys/auth/people', { type: 'userpass' });
      const other = new SetupAuth(product, {
        approle: { mount: 'people', secretRef: { name: 'vault-snapshot-agent' } },
      });
      ends.push(() => other.remove());

      const { code, stderr } = await other.run(person);

      assert.equal(code, 11, stderr);
      assert.match(stderr, /auth\/people\/ is an auth method of type userpass, .* nothing was changed/);
      assert.match(stderr, /next: set backup\.auth\.approle\.mount/);
    });

    withServer('more than a backup needs is warned of', async ({ person, setup, operator }) => {
      const before = await read(operator, 'sys/policies/acl/default');
      await operator.must('PUT', 'sys/policies/acl/default', {
        policy: `${String(before?.policy)}\npath "sys/seal" { capabilities = ["update", "sudo"] }\n`,
      });

      const { code, stderr } = await setup.run(person, ['--verify']);

      assert.equal(code, 0, stderr);
      assert.match(stderr, /verified: the short-lived token may/);
      assert.match(stderr, /warning: it may do more than a backup needs: .*sudo.* on sys\/seal/);
    });

    withServer('a sealed server is told, with what opens it', async ({ person, setup, operator }) => {
      await operator.must('PUT', 'sys/seal');
      await operator.waitForHealth(503);

      const { code, stderr } = await setup.run(person);

      assert.equal(code, 15, stderr);
      assert.match(stderr, /is sealed\n {2}next: (?:vault|bao) operator unseal/);
    });
  });
