/** The main road with the stores of Google and Azure: backup, everything lost, reinstall, restored; and what lists them. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it, type TestContext } from 'node:test';
import { runSnapshots } from '../../cli/commands/snapshots.ts';
import { inPods, serverOf } from '../support/pod/each-product.ts';
import { type CloudStore, World } from '../support/pod/world.ts';
import { whyMissing } from '../support/skip.ts';
import { startAzure } from '../support/start-azure.ts';
import { startGcs } from '../support/start-gcs.ts';
import { waitFor } from '../support/vault-operations.ts';

interface Cloud {
  readonly store: CloudStore;
  /** The endpoint as the pods know it, and as this process does. */
  readonly endpoint: readonly [string, string];
}

async function google(t: TestContext): Promise<Cloud> {
  const server = await startGcs({ bucket: 'vault-snapshots' });
  t.after(() => server.stop());
  const endpoint = inPods(server.endpoint, 'gcs');
  const gcs = { bucket: 'vault-snapshots', prefix: 'backups', endpoint };
  return { store: { config: { gcs }, secrets: {} }, endpoint: [endpoint, server.endpoint] };
}

async function azure(t: TestContext): Promise<Cloud> {
  const server = await startAzure({ container: 'vault-snapshots' });
  t.after(() => server.stop());
  const endpoint = inPods(server.endpoint, 'azure');
  const config = {
    azure: {
      account: server.account,
      container: 'vault-snapshots',
      endpoint,
      secretRef: { name: 'vault-snapshot-azure' },
    },
  };
  const secrets = { 'vault-snapshot-azure': { AZURE_STORAGE_KEY: server.accountKey } };
  return { store: { config, secrets }, endpoint: [endpoint, server.endpoint] };
}

interface Listed {
  readonly key: string;
  readonly verified: boolean;
  readonly latest: boolean;
}

/** `lifeboat snapshots` with the backup.json that was rendered, by the way of this process to the server. */
async function snapshots(world: World, { store, endpoint }: Cloud): Promise<readonly Listed[]> {
  const here = join(world.folder, 'here');
  mkdirSync(here, { recursive: true });
  for (const [file, text] of Object.entries(Object.values(store.secrets)[0] ?? {}))
    writeFileSync(join(here, file), text);
  const config = join(here, 'backup.json');
  writeFileSync(config, readFileSync(join(world.rendered.out, 'backup.json'), 'utf8').replace(...endpoint));
  let stdout = '';
  const credentials = Object.keys(store.secrets).length === 0 ? {} : { credentials: here };
  const io = {
    stdin: Readable.from([]),
    stderr: () => {},
    stdout: (text: string) => {
      stdout += text;
    },
  };
  await runSnapshots({ config, ...credentials, json: true }, io);
  return (JSON.parse(stdout) as { snapshots: readonly Listed[] }).snapshots;
}

for (const [title, tool, cloud] of [
  ['Google Cloud Storage', 'fake-gcs-server', google],
  ['Azure Blob Storage', 'azurite-blob', azure],
] as const) {
  const skip = (await whyMissing('bao')) ?? (await whyMissing(tool)) ?? false;
  it(`a lost OpenBao comes back out of ${title}, and the next backup goes on`, { skip }, async (t) => {
    const found = await cloud(t);
    const world = await World.create({
      ...(await serverOf('openbao')),
      store: found.store,
      unseal: 'shares',
    });
    t.after(() => world.stop());
    const keys = await world.install(5, 3, 'hunter2');
    const cluster = (await world.operator.health()).cluster_id;
    const backup = await world.backup();
    assert.equal(backup.code, 0, backup.log);
    await world.loseEverything();

    const inits = await world.startPod();

    assert.deepEqual(
      inits.map(({ code }) => code),
      [0, 0],
      inits.map(({ log }) => log).join(''),
    );
    await world.operator.waitForHealth(200);
    assert.equal((await world.operator.health()).cluster_id, cluster);
    world.operator.token = keys.root;
    assert.equal(await world.operator.readSecret(), 'hunter2');
    await waitFor('the verdict', () =>
      world.serverLog.includes('RESTORED payments-vault') ? true : undefined,
    );
    const again = await world.backup();
    assert.equal(again.code, 0, again.log);
    const listed = await snapshots(world, found);
    assert.deepEqual(
      listed.map(({ verified, latest }) => [verified, latest]),
      [
        [true, false],
        [true, true],
      ],
    );
    for (const secret of Object.values(found.store.secrets).flatMap(Object.values))
      for (const { log } of [backup, ...inits, again]) assert.ok(!log.includes(secret));
  });
}
