/** Backups of a real cluster of three: through its standbys, past a hostile redirect, and when its leader is killed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileOf, renderCase } from '../render/cases.ts';
import { BackupJob, type Published } from '../support/backup-job.ts';
import type { Running } from '../support/command-line.ts';
import { startFront, trap } from '../support/redirects.ts';
import { startService } from '../support/service.ts';
import { requireTool } from '../support/skip.ts';
import { type Cluster, type Server, startCluster } from '../support/start-cluster.ts';
import { waitFor } from '../support/vault-operations.ts';

const PRODUCTS = [
  { product: 'vault', tool: 'vault' },
  { product: 'openbao', tool: 'bao' },
] as const;

const SNAPSHOT = '/v1/sys/storage/raft/snapshot';

/** More than all the buffers between a server and its client hold, so that a dead server shows in the stream. */
const FILLING_MIB = 24;

async function fill({ operator }: Server): Promise<void> {
  await operator.must('POST', 'sys/mounts/large', { type: 'kv' });
  for (let number = 0; number < FILLING_MIB; number++)
    await operator.must('POST', `large/${number}`, { text: randomBytes(700_000).toString('base64') });
}

/** What a reader of the store sees while a backup runs. It fails where the pointer names what is not whole. */
async function watch(
  job: BackupJob,
  running: Running,
): Promise<{ readonly keys: ReadonlySet<string>; readonly pointers: ReadonlySet<string> }> {
  const keys = new Set<string>();
  const pointers = new Set<string>();
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  while (!over) {
    for (const key of await job.visible()) keys.add(key);
    const published = await job.published();
    if (published !== undefined) pointers.add(published.pointer.key);
    await delay(20);
  }
  for (const key of await job.visible()) keys.add(key);
  return { keys, pointers };
}

for (const { product, tool } of PRODUCTS)
  describe(`a ${product} of three servers`, () => {
    let cluster: Cluster | undefined;
    let job!: BackupJob;
    let clusterId = '';

    /** DNS-like: one name for all, told apart by the port; what they advertise is the address that it leads to. */
    const peerOf = ({ port }: Server): string => `http://localhost:${port}`;

    async function setUp(binary: string): Promise<Cluster> {
      cluster = await startCluster({ binary, servers: 3 });
      const leader = await cluster.leader();
      clusterId = String((await leader.operator.health()).cluster_id);
      const policy = fileOf(await renderCase('vault-s3-approle'), 'vault-policy.hcl');
      const login = await leader.operator.setUpBackup(policy);
      job = new BackupJob({
        vault: { product, address: leader.address, peers: cluster.servers.map(peerOf) },
        login,
      });
      return cluster;
    }

    after(async () => {
      await cluster?.stop();
      if (cluster !== undefined) job.remove();
    });

    function inCluster(name: string, body: (cluster: Cluster) => Promise<void>): void {
      test(name, async (t) => {
        const found = await requireTool(t, tool);
        if (found !== undefined) await body(cluster ?? (await setUp(found.path)));
      });
    }

    inCluster('each standby serves as the address of the backup', async ({ leader, standbys }) => {
      const peer = peerOf(await leader());
      for (const { address } of await standbys()) {
        const { code, stderr } = await job.run({ address });

        assert.equal(code, 0, stderr);
        const { manifest } = (await job.published()) as Published;
        assert.equal(manifest.cluster.id, clusterId);
        assert.equal(manifest.replicas, 3);
        // Vault's standby redirects a snapshot; OpenBao's serves it or redirects, as it pleases.
        const redirect = `${address} is a standby and names another server; asking ${peer}\n`;
        if (product === 'vault') assert.ok(stderr.includes(redirect), stderr);
      }
    });

    inCluster(
      'a redirect to a server that is no peer is refused, and nothing reaches it',
      async (cluster) => {
        const { address, port } = await cluster.leader();
        const traps = [await trap('127.0.0.2'), await trap('127.0.0.1')] as const;
        const [foreign, sameHost] = [traps[0].port, traps[1].port];
        const front = await startFront(address, [
          { path: '/v1/auth/approle/login', to: `http://127.0.0.2:${foreign}` },
          { path: SNAPSHOT, to: `http://127.0.0.2:${foreign}` },
          { path: SNAPSHOT, to: `http://localhost:${sameHost}` },
          { path: SNAPSHOT, to: `http://localhost:${port}@127.0.0.2:${foreign}` },
        ]);
        const before = await job.visible();
        try {
          const { code, stderr } = await job.run({ address: front.address });

          assert.equal(code, 15, stderr);
          assert.deepEqual(front.left(), [], 'each of the four tries met another redirect');
          assert.match(stderr, /try 1 of 4 failed: .*answers auth\/approle\/login with a redirect/);
          for (const named of [`http://127.0.0.2:${foreign}`, `http://localhost:${sameHost}`])
            assert.ok(stderr.includes(`redirects to ${named}, which is none of the servers`), stderr);
          assert.match(stderr, /next: the Service must lead to the active server/);
          assert.deepEqual(await job.visible(), before);
          for (const { connections } of traps) assert.equal(connections(), 0);
          // The tokens went to the front, so they are known: none was told.
          assert.ok(front.tokens.size > 0);
          for (const token of front.tokens) assert.ok(!stderr.includes(token));
        } finally {
          for (const each of [...traps, front]) await each.stop();
        }
      },
    );

    inCluster(
      'a backup that is stopped in the middle of a download leaves nothing behind',
      async (cluster) => {
        const leader = await cluster.leader();
        await fill(leader);
        const before = await job.visible();
        const service = await startService(leader.port);
        let goOn = (): void => {};
        const held = new Promise<void>((resolve) => {
          service.holdAt(1024 * 1024, () => {
            resolve();
            return new Promise((release) => {
              goOn = release;
            });
          });
        });
        try {
          const running = job.start({ address: service.address });
          await held;
          await waitFor('the upload', async () =>
            (await job.hiddenFiles()).length === 1 ? true : undefined,
          );
          running.signal('SIGTERM');
          const { code, stderr } = await running.ended;

          assert.equal(code, 143, stderr);
          assert.match(stderr, /lifeboat: stopped by SIGTERM; the pointer and all earlier snapshots/);
          assert.deepEqual(await job.hiddenFiles(), []);
          assert.deepEqual(await job.visible(), before);
        } finally {
          goOn();
          await service.stop();
        }
      },
    );

    inCluster(
      'the leader dies in the middle of a download: nobody sees that try, the next one is whole',
      async ({ leader }) => {
        const first = await leader();
        const before = await job.visible();
        const { pointer: old } = (await job.published()) as Published;
        const service = await startService(first.port);
        let atDeath: readonly string[] = [];
        service.holdAt(1024 * 1024, async () => {
          await first.kill();
          atDeath = await job.visible();
          service.leadTo((await leader()).port);
        });
        try {
          const running = job.start({ address: service.address });
          const seen = await watch(job, running);
          const { code, stderr } = await running.ended;

          assert.equal(first.running, false, stderr);
          assert.deepEqual(atDeath, before);
          assert.equal(code, 0, stderr);
          assert.match(stderr, /WARN: try 1 of 4 failed: .*; the pointer was not touched/);
          const { pointer, manifest } = (await job.published()) as Published;
          assert.equal(manifest.cluster.id, clusterId);
          assert.ok(manifest.archive.size > FILLING_MIB * 700_000, `${manifest.archive.size}`);
          // Every pointer that anybody could read named a whole snapshot, and no other snapshot ever showed up.
          for (const key of seen.pointers) assert.ok([old.key, pointer.key].includes(key), key);
          const snapshots = (keys: Iterable<string>) =>
            [...keys].filter((key) => key.endsWith('.snap')).sort();
          assert.deepEqual(snapshots(seen.keys), snapshots([...before, pointer.key]));
          assert.deepEqual(await job.hiddenFiles(), []);
        } finally {
          await service.stop();
        }
      },
    );

    inCluster(
      'without a leader the backup ends with 15, and the pointer is as it was',
      async ({ leader, servers }) => {
        await (await leader()).kill();
        const last = servers.find(({ running }) => running);
        assert.ok(last !== undefined);
        const before = await job.visible();
        const { pointer } = (await job.published()) as Published;

        const { code, stderr } = await job.run({ address: last.address });

        assert.equal(code, 15, stderr);
        assert.match(stderr, /try 3 of 4 failed/);
        assert.deepEqual(await job.visible(), before);
        assert.deepEqual((await job.published())?.pointer, pointer);
      },
    );
  });
