/**
 * `lifeboat backup --check` on real servers: what works is ok, each fault is named with its fix, and nothing is left
 * in the store. The kubernetes login is in test/e2e/scenarios/doctor.scenario.ts.
 */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { type Answer, type CheckName, readReport } from '../../contract/doctor.ts';
import { fileOf, renderCase } from '../render/cases.ts';
import { BackupJob } from '../support/backup-job.ts';
import { requireTool } from '../support/skip.ts';
import { type Cluster, startCluster } from '../support/start-cluster.ts';
import type { Operator } from '../support/vault-operations.ts';

const POLICY = 'sys/policies/acl/lifeboat-backup';

for (const { product, tool } of [
  { product: 'vault', tool: 'vault' },
  { product: 'openbao', tool: 'bao' },
] as const)
  describe(`a check of the backup of ${product}`, () => {
    let cluster: Cluster | undefined;
    let job!: BackupJob;
    let operator!: Operator;
    let policy = '';
    let login: Readonly<Record<string, string>> = {};

    after(async () => {
      job?.remove();
      await cluster?.stop();
    });

    async function setUp(binary: string): Promise<void> {
      cluster = await startCluster({ binary, servers: 1 });
      const leader = await cluster.leader();
      operator = leader.operator;
      policy = fileOf(await renderCase('vault-s3-approle'), 'vault-policy.hcl');
      login = await operator.setUpBackup(policy);
      job = new BackupJob({ vault: { product, address: leader.address, peers: [leader.address] }, login });
    }

    interface Checked {
      readonly code: number | undefined;
      readonly all: string;
      answer(check: CheckName): Answer;
    }

    async function check(changes: Parameters<BackupJob['start']>[0] = {}): Promise<Checked> {
      const { code, stdout, stderr } = await job.start(changes, ['--check', '--json']).ended;
      const report = readReport(stdout);
      assert.ok(report, stderr);
      for (const secret of Object.values(login))
        assert.ok(!`${stdout}${stderr}`.includes(secret.trim()), 'a secret is told');
      return {
        code,
        all: stderr,
        answer: (name) =>
          report.answers.find((one) => one.check === name) ?? assert.fail(`no answer of ${name}: ${stderr}`),
      };
    }

    function withServer(name: string, body: () => Promise<void>): void {
      test(name, async (t) => {
        const found = await requireTool(t, tool);
        if (found === undefined) return;
        if (cluster === undefined) await setUp(found.path);
        await body();
      });
    }

    withServer('before the first backup the empty store is the only finding, and stays empty', async () => {
      const { code, all, answer } = await check();

      assert.equal(code, 5, all);
      assert.match(answer('bucket').seen, /holds no snapshot under this name/);
      for (const name of ['server', 'role', 'policy', 'clock'] as const)
        assert.equal(answer(name).result, 'ok', `${name}: ${answer(name).seen}`);
      assert.deepEqual([await job.visible(), await job.hiddenFiles()], [[], []]);
    });

    withServer('after a backup all is well', async () => {
      assert.equal((await job.run()).code, 0);
      const before = await job.visible();

      const { code, all, answer } = await check();

      assert.equal(code, 0, all);
      assert.match(answer('bucket').seen, /the newest snapshot is snapshots\//);
      assert.deepEqual([await job.visible(), await job.hiddenFiles()], [before, []]);
    });

    withServer('a policy that lacks a path, and one that grants too much, are told apart', async () => {
      await operator.must('PUT', POLICY, { policy: 'path "sys/audit" { capabilities = ["read", "sudo"] }' });
      const lacks = await check();
      const more = `${policy}\npath "sys/storage/raft/snapshot-force" { capabilities = ["update"] }`;
      await operator.must('PUT', POLICY, { policy: more });
      const excess = await check();
      await operator.must('PUT', POLICY, { policy });

      assert.equal(lacks.code, 5);
      assert.match(
        lacks.answer('policy').seen,
        /lifeboat-backup.* lacks read on sys\/storage\/raft\/snapshot$/,
      );
      assert.match(lacks.answer('policy').fix ?? '', /^lifeboat setup-auth -f lifeboat.yaml/);
      assert.equal(excess.code, 5);
      assert.match(excess.answer('policy').seen, /update on sys\/storage\/raft\/snapshot-force/);
      assert.equal((await check()).code, 0);
    });

    withServer('a login that is refused is told apart from a method that is not there', async () => {
      job.writeLogin({ secret_id: 'of-another-role' });
      const refused = await check();
      job.writeLogin(login);
      await operator.must('DELETE', 'sys/auth/approle');
      const gone = await check();
      login = await operator.setUpBackup(policy);
      job.writeLogin(login);

      assert.match(refused.answer('role').seen, /refuses role_id and secret_id of the Secret/);
      assert.equal(refused.answer('policy').result, 'unknown');
      assert.match(gone.answer('role').seen, /there is no auth method at auth\/approle/);
      assert.equal((await check()).code, 0);
    });

    withServer('a store that is gone, or of another Vault, is no empty one', async () => {
      const store = path.join(job.folder, 'store');
      renameSync(store, `${store}-away`);
      const gone = await check();
      renameSync(`${store}-away`, store);
      const pointer = path.join(store, 'payments/latest.json');
      const published = await job.published();
      assert.ok(published);
      writeFileSync(pointer, JSON.stringify({ ...published.pointer, clusterId: 'of-another' }));
      const another = await check();
      writeFileSync(pointer, JSON.stringify(published.pointer));

      assert.match(gone.answer('bucket').seen, /does not exist/);
      assert.match(another.answer('bucket').seen, /belongs to of-another/);
      assert.equal((await check()).code, 0);
    });

    withServer('a server that is sealed or away leaves what it was not asked unknown', async () => {
      const away = await check({ address: 'http://127.0.0.1:9' });
      await operator.must('PUT', 'sys/seal');
      const sealed = await check();

      assert.match(away.answer('server').seen, /connection refused/);
      assert.equal(away.answer('role').result, 'unknown');
      assert.equal(away.answer('bucket').result, 'ok');
      assert.match(sealed.answer('server').seen, /is sealed/);
      assert.equal(sealed.answer('policy').result, 'unknown');
    });
  });
