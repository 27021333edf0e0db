/** `lifeboat setup-auth` for the kubernetes login, on a real OpenBao that reviews service accounts' tokens. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { BackupJob } from '../support/backup-job.ts';
import { certificateFor } from '../support/certificates.ts';
import { MAY_MOUNT, type ReviewedServer, startReviewedServer } from '../support/reviewed-server.ts';
import { type Person, SetupAuth } from '../support/setup-auth.ts';
import { requireTool } from '../support/skip.ts';
import type { Claims } from '../support/token-review.ts';
import type { Operator } from '../support/vault-operations.ts';

const MOUNT = 'kubernetes/prod';
const ROLE = `auth/${MOUNT}/role/lifeboat-backup`;
const RIGHT: Claims = { namespace: 'backups', account: 'payments-backup', audience: 'openbao' };

interface World {
  readonly server: ReviewedServer;
  readonly operator: Operator;
  readonly person: Person;
  readonly setup: SetupAuth;
}

describe('setup-auth of the kubernetes login in openbao', () => {
  let world: World | undefined;
  const ends: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function setUp(binary: string): Promise<World> {
    const server = await startReviewedServer(binary, '127.0.0.4');
    ends.push(() => server.stop());
    const setup = new SetupAuth(
      'openbao',
      { kubernetes: { mount: MOUNT, audience: RIGHT.audience } },
      { namespace: RIGHT.namespace, serviceAccount: { name: RIGHT.account } },
    );
    ends.push(() => setup.remove());
    const { address, operator } = await server.cluster.leader();
    world = { server, operator, person: { address, token: server.cluster.root }, setup };
    return world;
  }

  function withOpenBao(name: string, body: (world: World) => Promise<void>): void {
    test(name, async (t) => {
      if (!MAY_MOUNT && process.env.CI !== 'true') return t.skip('the pod-like server needs unshare --mount');
      const found = await requireTool(t, 'bao');
      if (found !== undefined) await body(world ?? (await setUp(found.path)));
    });
  }

  function tokenFile({ server, setup }: World, claims: Claims): string {
    const file = path.join(setup.folder, 'service-account-token');
    writeFileSync(file, `${server.reviews.issue(claims)}\n`);
    return file;
  }

  withOpenBao(
    'makes policy, auth method, its configuration and role, and logs in as the backup',
    async (world) => {
      const { setup, person, operator } = world;
      const flags = ['--verify', '--service-account-token', tokenFile(world, RIGHT)];

      const ended = await setup.run(person, flags);

      assert.equal(ended.code, 0, ended.stderr);
      assert.match(ended.stderr, /created {3}auth config auth\/kubernetes\/prod\/config/);
      assert.match(ended.stderr, /verified: the kubernetes login may take snapshots/);
      assert.match(ended.stderr, /kubectl create token payments-backup -n backups --audience openbao/);
      const { data } = await operator.must('GET', ROLE);
      const { bound_service_account_names, bound_service_account_namespaces, audience } = data as Record<
        string,
        unknown
      >;
      assert.deepEqual(
        [bound_service_account_names, bound_service_account_namespaces, audience],
        [[RIGHT.account], [RIGHT.namespace], RIGHT.audience],
      );
    },
  );

  withOpenBao(
    'a second time all is unchanged, and a role that was widened is narrowed again',
    async (world) => {
      const { setup, person, operator } = world;
      const again = await setup.run(person, ['--dry-run', '--exit-code']);
      assert.equal(again.code, 0, again.stderr);
      await operator.must('POST', ROLE, { bound_service_account_namespaces: ['*'] });

      const ended = await setup.run(person, ['--yes']);

      assert.equal(ended.code, 0, ended.stderr);
      assert.match(ended.stderr, /bound_service_account_namespaces: \* -> backups\n/);
      assert.match(ended.stderr, /^updated {3}role/m);
    },
  );

  withOpenBao('another account does not log in, and that is what is told', async (world) => {
    const flags = ['--verify', '--service-account-token', tokenFile(world, { ...RIGHT, account: 'default' })];

    const { code, stderr } = await world.setup.run(world.person, flags);

    assert.equal(code, 15, stderr);
    assert.match(stderr, /service account name not authorized/);
  });

  withOpenBao('a backup logs in with its token', async ({ server, person }) => {
    const job = new BackupJob({
      vault: { product: 'openbao', address: person.address, peers: [person.address] },
      auth: (login) => ({
        kubernetes: { mount: MOUNT, role: 'lifeboat-backup', tokenFile: path.join(login, 'token') },
      }),
      login: { token: server.reviews.issue(RIGHT) },
    });
    ends.push(() => job.remove());

    const { code, stderr } = await job.run();

    assert.equal(code, 0, stderr);
  });

  withOpenBao('a configuration that pins a CA stays as it is, and what that means is said', async (world) => {
    const { setup, person, operator } = world;
    const config = `auth/${MOUNT}/config`;
    const ca = (await certificateFor('another.cluster'))['ca.crt'];
    await operator.must('POST', config, {
      kubernetes_host: 'https://kubernetes.default.svc',
      kubernetes_ca_cert: ca,
    });
    const before = (await operator.must('GET', config)).data;

    const { code, stderr } = await setup.run(person);

    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /note: it pins a CA \(kubernetes_ca_cert\): logins fail once that is of another cluster/,
    );
    assert.deepEqual((await operator.must('GET', config)).data, before);

    // The command that the note ends in.
    const [, fields = ''] = /bao write auth\/kubernetes\/prod\/config (.*)$/m.exec(stderr) ?? [];
    const [name = '', value = ''] = fields.split('=');
    await operator.must('POST', config, { [name]: value });
    assert.doesNotMatch((await setup.run(person)).stderr, /note:/);
  });
});
