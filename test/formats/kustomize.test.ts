/** The kustomizations in the real kustomize, with the real chart out of a repository. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { requireChartRepository } from '../support/chart-repository.ts';
import { lifeboat } from '../support/command-line.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import { lostIn, objectsIn } from './arrived.ts';
import { type Repository, repository } from './repository.ts';

const FLAGS = ['--enable-helm', '--load-restrictor', 'LoadRestrictionsNone'];

interface Scene {
  readonly here: Repository;
  build(folder: string): Promise<string>;
}

async function scene(t: TestContext, name: 'vault' | 'openbao' = 'vault'): Promise<Scene | undefined> {
  const version = name === 'vault' ? '0.34.1' : '0.29.2';
  const charts = await requireChartRepository(t, name, version);
  const kustomize = charts && (await requireTool(t, 'kustomize'));
  if (charts === undefined || kustomize === undefined) return undefined;
  const here = repository(t, ({ release }) =>
    Object.assign(release ?? {}, { repository: charts.url, chart: `${name}/${name}`, chartVersion: version }),
  );
  await here.render(['kustomize']);
  const env = { PATH: charts.path, HOME: here.root };
  return {
    here,
    build: async (folder) =>
      (
        await execa(kustomize.path, ['build', ...FLAGS, path.join(here.out, folder)], {
          env,
          extendEnv: false,
        })
      ).stdout,
  };
}

test('kustomize builds both charts and rbac.yaml, with the values of the user and ours', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;

  const text = await set.build('kustomize');

  assert.deepEqual(await lostIn(text, set.here), []);
  const objects = objectsIn(text);
  for (const object of ['StatefulSet/vault', 'CronJob/vault-lifeboat', 'ClusterRole/vault-vault-lifeboat'])
    assert.ok(objects.includes(object), objects.join(', '));
  assert.match(text, /name: TEAM\n\s+value: payments/);
  const kubeconform = await requireKubeconform(t);
  if (kubeconform === undefined) return;
  assert.deepEqual((await kubeconform(text)).problems, []);
});

test('either kustomization builds without the other', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;

  const [server, backup] = [await set.build('kustomize/server'), await set.build('kustomize/backup')];

  assert.ok(objectsIn(server).includes('StatefulSet/vault'));
  assert.ok(!server.includes('kind: CronJob'));
  assert.ok(objectsIn(backup).includes('CronJob/vault-lifeboat'));
  assert.ok(!backup.includes('kind: StatefulSet'));
});

test('the chart of OpenBao arrives by the same road', async (t) => {
  const set = await scene(t, 'openbao');
  if (set === undefined) return;

  const text = await set.build('kustomize');

  assert.deepEqual(await lostIn(text, set.here), []);
  assert.ok(objectsIn(text).includes('StatefulSet/vault-openbao'), objectsIn(text).join(', '));
});

test('what kustomize leaves in the out folder is no difference for plan', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;
  await set.build('kustomize');
  assert.ok(existsSync(path.join(set.here.out, 'kustomize/server/charts')));

  const args = ['plan', '-f', 'payments/lifeboat.yaml', '-o', 'payments/out'];
  const { stdout } = await lifeboat(args, { cwd: set.here.root });

  assert.doesNotMatch(stdout, /kustomize\/server\/charts/);
});
