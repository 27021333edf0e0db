/**
 * kill -9 of init containers, private server, real server and worker, at many moments, with and without a rerun of the
 * init containers: the road converges, live paths change by the final renames only, and nothing of the private
 * server's keys is left anywhere.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type ContainerProcess, tryKill } from '../support/pod/container-process.ts';
import { eachProduct } from '../support/pod/each-product.ts';
import { fingerprint } from '../support/pod/fingerprint.ts';
import type { StandInPod } from '../support/pod/stand-in-pod.ts';
import { World } from '../support/pod/world.ts';
import { waitFor } from '../support/vault-operations.ts';

/** Moments of the second init container, by the line that it has just logged, and some between the lines. */
const MOMENTS: readonly {
  readonly after: RegExp;
  readonly milliseconds: number;
  readonly who: 'container' | 'private server';
}[] = [
  { after: /restoring snapshots/, milliseconds: 0, who: 'container' },
  { after: /restoring snapshots/, milliseconds: 150, who: 'private server' },
  { after: /restoring snapshots/, milliseconds: 700, who: 'container' },
  { after: /a private server is initialised/, milliseconds: 0, who: 'container' },
  { after: /a private server is initialised/, milliseconds: 60, who: 'private server' },
  { after: /a private server is initialised/, milliseconds: 300, who: 'container' },
  { after: /a private server is initialised/, milliseconds: 700, who: 'private server' },
  { after: /a private server is initialised/, milliseconds: 1500, who: 'container' },
  { after: /a private server is initialised/, milliseconds: 2300, who: 'container' },
  { after: /the restored server is active/, milliseconds: 0, who: 'private server' },
  { after: /the restored server is active/, milliseconds: 0, who: 'container' },
];

/** Tokens as the two products make them, where a private server's root token would show. */
const TOKEN = /\bhvs\.[A-Za-z0-9]{20,}|\bs\.[A-Za-z0-9]{24}\b/;

function requireNoToken(text: string, where: string): void {
  const found = TOKEN.exec(text);
  assert.equal(found, null, `a token in ${where}`);
}

/** Environments and arguments of everything in the container. */
function requireCleanProcesses(container: ContainerProcess): void {
  for (const { pid, command } of container.processes()) {
    requireNoToken(command, 'an argument list');
    try {
      requireNoToken(readFileSync(`/proc/${pid}/environ`, 'utf8'), 'an environment');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
}

function livePaths(data: string): readonly string[] {
  return readdirSync(data).filter((name) => name !== '.lifeboat');
}

async function killAt(container: ContainerProcess, moment: (typeof MOMENTS)[number]): Promise<void> {
  await waitFor(`${moment.after}`, () =>
    moment.after.test(container.log) || !container.running ? true : undefined,
  );
  if (moment.milliseconds > 0) await delay(moment.milliseconds);
  requireCleanProcesses(container);
  if (moment.who === 'container') {
    await container.kill();
    return;
  }
  const server = container.processes().find(({ command }) => /(^|\/)(vault|bao) server/.test(command));
  if (server !== undefined) tryKill(server.pid, 'SIGKILL');
  await container.ended;
}

describe('kill -9 anywhere', () => {
  eachProduct((product, server, it) => {
    it(`${product}: of the init containers and the private server at ${MOMENTS.length} moments: converges`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      await world.loseEverything();
      let pod: StandInPod = world.newPod();
      let restored = false;
      const logs: string[] = [];

      for (const [index, moment] of MOMENTS.entries()) {
        // Every other time the pod is a new one; else the kubelet restarts the second container alone.
        if (index % 2 === 0) {
          pod = world.newPod();
          const init = pod.startInit('lifeboat-init');
          assert.equal(await init.ended, 0, init.log);
          logs.push(init.log);
        }
        const restore = pod.startInit('lifeboat-restore');
        await killAt(restore, moment);
        logs.push(restore.log);
        restored ||= livePaths(world.data).includes('vault.db');
        if (!restored)
          assert.deepEqual(livePaths(world.data), [], 'a live path changed before the result was proven');
      }

      const inits = await world.newPod().runInits();
      logs.push(...inits.map(({ log }) => log));
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
        logs.join(''),
      );
      requireNoToken(logs.join(''), 'a log');
      const { stdout: found } = spawnSync(
        'grep',
        ['-raoE', TOKEN.source.replaceAll('\\b', ''), world.data, '-l'],
        { encoding: 'utf8' },
      );
      assert.equal(found, '', `a token on the disk: ${found}`);
      await world.startPod();
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
    });

    it(`${product}: between the final renames: rolled forward, and never over a living Vault`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      const keys = await world.install(1, 1, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      await world.loseEverything();
      const inits = await world.newPod().runInits();
      assert.deepEqual(
        inits.map(({ code }) => code),
        [0, 0],
      );
      // What a crash after the first rename leaves: raft/ is live, vault.db still in the proven attempt.
      const waiting = join(world.data, '.lifeboat', 'attempt-1', 'data', 'vault.db');
      renameSync(join(world.data, 'vault.db'), waiting);

      const rolled = await world.newPod().runInits();
      assert.deepEqual(
        rolled.map(({ code }) => code),
        [0, 0],
      );
      assert.match(rolled[0]?.log ?? '', /vault\.db of attempt-1 is in place/);
      await world.startPod();
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
      await world.pod?.stop();

      // A leftover attempt beside a living Vault is left where it is.
      mkdirSync(join(world.data, '.lifeboat', 'attempt-1', 'data', 'raft'));
      const before = fingerprint(world.data);
      const left = await world.newPod().runInits();
      assert.deepEqual(
        left.map(({ code }) => code),
        [0, 0],
      );
      assert.deepEqual(fingerprint(world.data), before);
    });

    it(`${product}: of the worker and of the real server: the next start unseals and confirms`, async (t) => {
      const world = await World.create({ ...(await server()), store: 'directory', unseal: 'shares' });
      t.after(() => world.stop());
      const keys = await world.install(5, 3, 'hunter2');
      assert.equal((await world.backup()).code, 0);
      await world.loseEverything();
      await world.startPod();
      const container = world.pod?.server;
      assert.ok(container !== undefined);
      const worker = await waitFor('the worker', () =>
        container.processes().find(({ command }) => command.includes('post-start')),
      );
      tryKill(worker.pid, 'SIGKILL');
      await waitFor('its end', () => (existsSync(`/proc/${worker.pid}/environ`) ? undefined : true));
      await container.kill();

      // The kubelet restarts the container alone: no init container runs, the hook does.
      await world.pod?.startServer();
      await world.operator.waitForHealth(200);
      world.operator.token = keys.root;
      assert.equal(await world.operator.readSecret(), 'hunter2');
      await waitFor('the verdict', () =>
        world.serverLog.includes('RESTORED payments-vault') ? true : undefined,
      );
    });
  });
});
