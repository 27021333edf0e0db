/** manifests/ of the built program: what Helm makes of the charts, one object a file, and nothing for `helm test`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { readManifests } from '../../generator/check/manifests.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { lostIn, objectsIn } from './arrived.ts';
import { filesBelow, type Repository, repository } from './repository.ts';

interface Scene {
  readonly here: Repository;
  /** The official chart. */
  readonly chart: string;
  run(command: string, ...flags: readonly string[]): Promise<Ended>;
  /** All files of a folder below manifests/. */
  textOf(folder: string): string;
}

async function scene(t: TestContext): Promise<Scene | undefined> {
  const helm = await requireTool(t, 'helm');
  if (helm === undefined) return undefined;
  const here = repository(t);
  const inputs = ['-f', 'payments/lifeboat.yaml', '-o', 'payments/out'];
  return {
    here,
    chart: await findOfficialChart('vault', '0.34.1'),
    run: (command, ...flags) =>
      lifeboat([command, ...inputs, ...flags], { cwd: here.root, env: { HELM_BIN: helm.path } }),
    textOf: (folder) => {
      const place = path.join(here.out, 'manifests', folder);
      return filesBelow(place)
        .map((name) => readFileSync(path.join(place, name), 'utf8'))
        .join('\n---\n');
    },
  };
}

test('both charts and rbac.yaml are objects of Kubernetes with every value, each in a file of its name', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;

  const { code, stderr } = await set.run('render', '--format', 'manifests', '--chart', set.chart);

  assert.equal(code, 0, stderr);
  assert.deepEqual(await lostIn(set.textOf('server'), set.here), []);
  for (const file of filesBelow(path.join(set.here.out, 'manifests'))) {
    const [object, ...more] = readManifests(readFileSync(path.join(set.here.out, 'manifests', file), 'utf8'));
    assert.deepEqual(more, []);
    assert.equal(path.basename(file), `${object?.kind.toLowerCase()}-${object?.metadata.name}.yaml`);
  }
  assert.deepEqual(objectsIn(set.textOf('backup')), [
    ...['ConfigMap/vault-lifeboat', 'CronJob/vault-lifeboat', 'NetworkPolicy/vault-lifeboat'],
    'ServiceAccount/vault-lifeboat',
  ]);
  assert.equal(objectsIn(set.textOf('rbac')).length, 4);
  const kubeconform = await requireKubeconform(t);
  if (kubeconform === undefined) return;
  for (const folder of ['server', 'backup', 'rbac']) {
    const { valid, problems } = await kubeconform(set.textOf(folder));
    assert.deepEqual(problems, []);
    assert.equal(valid.length, objectsIn(set.textOf(folder)).length);
  }
});

test('the pod of helm test is no object of the server', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;
  assert.ok(
    existsSync(path.join(set.chart, 'templates/tests/server-test.yaml')),
    'the chart has no such pod',
  );

  await set.run('render', '--format', 'manifests', '--chart', set.chart);

  assert.doesNotMatch(set.textOf('server'), /^kind: Pod$/m);
});

test('without --chart the official chart is left out, and a warning says how to have it', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;

  const { code, stderr } = await set.run('render', '--format', 'manifests');

  assert.equal(code, 0, stderr);
  assert.match(stderr, /manifests of the official chart are left out: .*--chart/);
  assert.ok(!existsSync(path.join(set.here.out, 'manifests/server')));
  assert.ok(existsSync(path.join(set.here.out, 'manifests/backup/cronjob-vault-lifeboat.yaml')));
});

test('without helm one sentence says what to install', async (t) => {
  const here = repository(t);
  const args = ['render', '-f', 'payments/lifeboat.yaml', '-o', 'payments/out', '--format', 'manifests'];

  const { code, stderr } = await lifeboat(args, { cwd: here.root, env: { HELM_BIN: '/nonexistent/helm' } });

  assert.equal(code, 6);
  assert.match(stderr, /there is no \/nonexistent\/helm\n {2}next: Install Helm 3/);
  assert.ok(!existsSync(here.out));
});

test('plan and check render the formats of a folder again: nothing changes, or what changes is named', async (t) => {
  const set = await scene(t);
  if (set === undefined) return;
  const formats = ['--format', 'manifests,kustomize,argocd', '--chart', set.chart];
  assert.equal((await set.run('render', ...formats)).code, 0);
  const chart = ['--chart', set.chart];
  const changed = async (command: string) => (await set.run(command, ...chart)).stdout;
  assert.match(await changed('plan'), /Nothing would change/);

  const file = path.join(set.here.root, 'payments/lifeboat.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('namespace: backups', 'namespace: elsewhere'));

  const plan = await changed('plan');
  for (const name of [
    'manifests/backup/cronjob-vault-lifeboat.yaml',
    'argocd/backup.yaml',
    'kustomize/backup',
  ])
    assert.ok(plan.includes(name), plan);
  const check = await changed('check');
  for (const name of [
    'manifests/backup/cronjob-vault-lifeboat.yaml',
    'argocd/backup.yaml',
    'kustomize/backup',
  ])
    assert.ok(check.includes(name), check);

  const hasManifests = (await set.run('check', '--without-charts')).stdout.includes('manifests/');
  assert.ok(!hasManifests, 'they are not seen without Helm');
});
