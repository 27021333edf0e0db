/** The kustomization as Flux builds it, its objects against Flux's own definitions, and the values in their order. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { type Manifest, readManifests } from '../../generator/check/manifests.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { lostIn, objectsIn } from './arrived.ts';
import { type Repository, repository } from './repository.ts';

interface HelmRelease extends Manifest {
  readonly spec: {
    readonly releaseName: string;
    readonly dependsOn?: unknown;
    readonly chart?: { readonly spec: { readonly chart: string; readonly sourceRef: object } };
    readonly chartRef?: object;
    readonly valuesFrom: readonly { readonly name: string; readonly valuesKey: string }[];
    readonly install: Action;
    readonly upgrade: Action;
  };
}

interface Action {
  readonly disableWait: boolean;
  readonly remediation?: unknown;
  readonly strategy: { readonly name: string };
}

/** As Flux does: files of the whole repository may be read, and plugins may not run. */
async function built(t: TestContext, here: Repository): Promise<string | undefined> {
  const kustomize = await requireTool(t, 'kustomize');
  if (kustomize === undefined) return undefined;
  await here.render(['flux']);
  const args = ['build', '--load-restrictor', 'LoadRestrictionsNone', path.join(here.out, 'flux')];
  return (await execa(kustomize.path, args)).stdout;
}

function releasesIn(text: string): readonly HelmRelease[] {
  return readManifests(text).filter(({ kind }) => kind === 'HelmRelease') as HelmRelease[];
}

/** The values of a release, in files in the order in which helm-controller merges them. */
function valuesOf(t: TestContext, text: string, { metadata, spec }: HelmRelease): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-flux-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return spec.valuesFrom.flatMap(({ name, valuesKey }) => {
    const map = readManifests(text).find(
      (one) =>
        one.kind === 'ConfigMap' &&
        one.metadata.name === name &&
        one.metadata.namespace === metadata.namespace,
    );
    const value = map?.data?.[valuesKey];
    assert.ok(value !== undefined, `${name} has no ${valuesKey}`);
    const file = path.join(folder, valuesKey);
    writeFileSync(file, value);
    return ['-f', file];
  });
}

test('all objects are what Flux and Kubernetes take', async (t) => {
  const text = await built(t, repository(t));
  const kubeconform = await requireKubeconform(t, 'flux-helm', 'flux-source');
  if (text === undefined || kubeconform === undefined) return;

  const { valid, problems } = await kubeconform(text);

  assert.deepEqual(problems, []);
  const wanted = [
    ...['Namespace/vault', 'Namespace/backups', 'Role/vault-lifeboat', 'HelmRepository/vault-chart'],
    ...['HelmRelease/vault', 'HelmRelease/vault-lifeboat'],
  ];
  assert.deepEqual(
    wanted.filter((object) => !valid.includes(object)),
    [],
  );
  assert.notEqual((await kubeconform(text.replaceAll('disableWait:', 'noWait:'))).problems.length, 0);
});

test('a chart of a registry comes as an OCIRepository', async (t) => {
  const here = repository(t, ({ release }) => {
    Object.assign(release ?? {}, { repository: 'oci://registry.example/charts/' });
  });
  const text = await built(t, here);
  const kubeconform = await requireKubeconform(t, 'flux-helm', 'flux-source');
  if (text === undefined || kubeconform === undefined) return;

  const { valid, problems } = await kubeconform(text);

  assert.deepEqual(problems, []);
  assert.ok(valid.includes('OCIRepository/vault-chart'));
  assert.match(text, /url: oci:\/\/registry\.example\/charts\/vault$/m);
  assert.deepEqual(releasesIn(text).find(({ metadata }) => metadata.name === 'vault')?.spec.chartRef, {
    kind: 'OCIRepository',
    name: 'vault-chart',
    namespace: 'vault',
  });
});

test("the server's release has the user's values first and ours last", async (t) => {
  const here = repository(t);
  const text = await built(t, here);
  const helm = await requireTool(t, 'helm');
  if (text === undefined || helm === undefined) return;
  const release = releasesIn(text).find(({ metadata }) => metadata.name === 'vault');
  assert.ok(release !== undefined);

  const chart = await findOfficialChart('vault', '0.34.1');
  const values = valuesOf(t, text, release);
  const args = [
    'template',
    release.spec.releaseName,
    chart,
    '-n',
    'vault',
    '--kube-version',
    '1.31.0',
    ...values,
  ];
  const { stdout } = await execa(helm.path, args);

  assert.deepEqual(await lostIn(stdout, here), []);
});

test("the backup's release is the copy of our chart in the repository", async (t) => {
  const here = repository(t);
  const text = await built(t, here);
  const helm = await requireTool(t, 'helm');
  if (text === undefined || helm === undefined) return;
  const release = releasesIn(text).find(({ metadata }) => metadata.name === 'vault-lifeboat');
  const chart = path.join(here.root, release?.spec.chart?.spec.chart ?? '');
  assert.ok(release !== undefined && existsSync(path.join(chart, 'Chart.yaml')), chart);

  const args = ['template', release.spec.releaseName, chart, '-n', 'backups', ...valuesOf(t, text, release)];
  const { stdout } = await execa(helm.path, [...args, '--kube-version', '1.31.0']);

  assert.ok(objectsIn(stdout).includes('CronJob/vault-lifeboat'));
});

test('no failure and no removal from git uninstalls, and neither release waits for the other', async (t) => {
  const text = await built(t, repository(t));
  if (text === undefined) return;
  const releases = releasesIn(text);

  assert.equal(releases.length, 2);
  for (const { metadata, spec } of releases) {
    assert.equal(metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'], 'Disabled');
    assert.equal(spec.dependsOn, undefined);
    for (const action of [spec.install, spec.upgrade]) {
      assert.equal(action.disableWait, true);
      assert.equal(action.remediation, undefined);
      assert.equal(action.strategy.name, 'RetryOnFailure');
    }
  }
});
