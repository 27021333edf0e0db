/**
 * Backups that log in with a service account's token, at a real OpenBao that the rendered auth-setup.sh has set up.
 * How that server reviews them: test/support/reviewed-server.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { execa } from 'execa';
import { fileOf, renderCase } from '../render/cases.ts';
import { BackupJob, type Published } from '../support/backup-job.ts';
import { MAY_MOUNT, REVIEWER, startReviewedServer } from '../support/reviewed-server.ts';
import { requireTool } from '../support/skip.ts';
import type { Cluster } from '../support/start-cluster.ts';
import { type Claims, ISSUER, type TokenReviews } from '../support/token-review.ts';

const CASE = 'openbao-directory-kubernetes';
/** What that configuration binds the role to. */
const RIGHT: Claims = { namespace: 'backups', account: 'team-a-lifeboat', audience: 'openbao' };
const API_HOST = '127.0.0.3';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-kubernetes-login-'));

interface World {
  readonly cluster: Cluster;
  readonly reviews: TokenReviews;
  readonly job: BackupJob;
}

let world: World | undefined;
/** What was started, the last one first: a set-up that fails half-way must not keep the process. */
const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
after(async () => {
  for (const end of ends.reverse()) await end();
});

async function setUp(binary: string): Promise<World> {
  const server = await startReviewedServer(binary, API_HOST);
  ends.push(() => server.stop());
  const { cluster, reviews } = server;
  const { address } = await cluster.leader();

  const rendered = await renderCase(CASE);
  for (const name of ['auth-setup.sh', 'vault-policy.hcl'])
    writeFileSync(path.join(folder, name), fileOf(rendered, name));
  const env = {
    PATH: `${path.dirname(binary)}:${process.env.PATH ?? ''}`,
    HOME: folder,
    BAO_ADDR: address,
    BAO_TOKEN: cluster.root,
  };
  // Twice: it says of itself that running it again is harmless.
  for (let time = 0; time < 2; time++)
    await execa('sh', [path.join(folder, 'auth-setup.sh')], { env, extendEnv: false });

  const { auth } = rendered.plan.backup;
  assert.ok('kubernetes' in auth);
  const job = new BackupJob({
    vault: { product: 'openbao', address, peers: [address] },
    auth: (login) => ({ kubernetes: { ...auth.kubernetes, tokenFile: path.join(login, 'token') } }),
    login: {},
  });
  ends.push(() => job.remove());
  world = { cluster, reviews, job };
  return world;
}

/** Runs a backup with such a token; whatever becomes of it, the token is told nowhere. */
async function backUp({ job }: World, token: string) {
  job.writeLogin({ token });
  const ended = await job.run();
  const said = `${ended.stdout}${ended.stderr}`;
  for (const secret of [...token.split('.'), REVIEWER]) assert.ok(!said.includes(secret), said);
  assert.doesNotMatch(said, /\b(?:hv[sbr]|[sbr])\.[A-Za-z0-9]{16,}/, 'a token of the server is told');
  for (const name of await readdir(path.join(job.folder, 'store'), { recursive: true })) {
    if (name.endsWith('.json'))
      assert.ok(!readFileSync(path.join(job.folder, 'store', name), 'utf8').includes(token), name);
  }
  return ended;
}

describe('a backup with the token of its service account', () => {
  function withOpenBao(name: string, body: (world: World) => Promise<void>): void {
    test(name, async (t) => {
      if (!MAY_MOUNT && process.env.CI !== 'true') return t.skip('the pod-like server needs unshare --mount');
      const found = await requireTool(t, 'bao');
      if (found !== undefined) await body(world ?? (await setUp(found.path)));
    });
  }

  withOpenBao('the account and audience that the role is bound to are let in', async (world) => {
    const { code, stderr } = await backUp(world, world.reviews.issue(RIGHT));

    assert.equal(code, 0, stderr);
    const { manifest } = (await world.job.published()) as Published;
    assert.equal(manifest.server.product, 'openbao');
    assert.deepEqual(manifest.audit, [], 'the policy lets it list the audit devices');
    assert.deepEqual(world.reviews.reviews.at(-1), { audiences: ['openbao'], authenticated: true });
  });

  const others: readonly [string, Partial<Claims>, RegExp][] = [
    ['another service account', { account: 'default' }, /service account name not authorized/],
    ['the same account of another namespace', { namespace: 'team-a' }, /namespace not authorized/],
    ['a token for another audience', { audience: ISSUER }, /invalid audience/],
    ['a token that has expired', { expiresIn: -30 }, /permission denied/],
  ];
  for (const [what, change, reason] of others)
    withOpenBao(`${what} is refused with 15 and what to look at`, async (world) => {
      const before = await world.job.visible();

      const { code, stderr } = await backUp(world, world.reviews.issue({ ...RIGHT, ...change }));

      assert.equal(code, 15, stderr);
      assert.match(stderr, /refuses auth\/kubernetes\/prod\/login with 4\d\d: /);
      assert.match(stderr, reason);
      assert.match(stderr, /next: run auth-setup\.sh/);
      assert.doesNotMatch(stderr, /try 1 of/, 'a denial stays one');
      assert.deepEqual(await world.job.visible(), before);
    });

  withOpenBao('a token that the API server did not sign is refused', async (world) => {
    const [head, body] = world.reviews.issue(RIGHT).split('.');
    const [, , signature] = world.reviews.issue({ ...RIGHT, expiresIn: 7200 }).split('.');

    const { code, stderr } = await backUp(world, `${head}.${body}.${signature}`);

    assert.equal(code, 15, stderr);
    assert.deepEqual(world.reviews.reviews.at(-1), { audiences: ['openbao'], authenticated: false });
  });

  withOpenBao(
    'a token that is not mounted, or empty, ends with 15 and says what makes it',
    async ({ job }) => {
      job.writeLogin({ token: '\n' });
      const empty = await job.run();
      unlinkSync(path.join(job.folder, 'login', 'token'));
      const missing = await job.run();

      for (const { code, stderr } of [empty, missing]) {
        assert.equal(code, 15, stderr);
        assert.match(stderr, /next: set vaultToken\.enabled in lifeboat-values\.yaml/);
      }
      assert.match(empty.stderr, /token in .*\/token is empty/);
      assert.match(missing.stderr, /cannot be read from .*\/token: ENOENT/);
    },
  );
});
