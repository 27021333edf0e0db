/** The Applications against Argo CD's own definition, and every path in them followed in the repository. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { lostIn, objectsIn } from './arrived.ts';
import { type Repository, repository } from './repository.ts';

interface Source {
  readonly repoURL: string;
  readonly targetRevision: string;
  readonly chart?: string;
  readonly ref?: string;
  readonly path?: string;
  readonly directory?: { readonly include: string };
  readonly helm?: { readonly releaseName: string; readonly valueFiles: readonly string[] };
}

interface Application {
  readonly metadata: {
    readonly name: string;
    readonly finalizers?: readonly string[];
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly destination: { readonly namespace: string; readonly name: string };
    readonly source?: Source;
    readonly sources?: readonly Source[];
    readonly syncPolicy: { readonly automated: object; readonly syncOptions: readonly string[] };
  };
}

function textOf({ out }: Repository, name: string): string {
  return readFileSync(path.join(out, 'argocd', name), 'utf8');
}

function applicationOf(here: Repository, name: string): Application {
  return parse(textOf(here, name)) as Application;
}

/** A values file as Argo CD finds it: from the root of the source that is called so, or from the chart. */
function valuesPlace({ root }: Repository, source: Source, file: string): string {
  if (file.startsWith('$values/')) return path.join(root, file.slice('$values/'.length));
  return path.join(root, source.path ?? '', file);
}

test('both Applications are what Argo CD takes', async (t) => {
  const kubeconform = await requireKubeconform(t, 'argo-cd');
  if (kubeconform === undefined) return;
  const here = repository(t);
  await here.render(['argocd']);

  for (const name of ['server.yaml', 'backup.yaml']) {
    const { valid, problems } = await kubeconform(textOf(here, name));
    assert.deepEqual(problems, []);
    assert.equal(valid.length, 1);
  }
  const wrong = textOf(here, 'server.yaml').replace('targetRevision:', 'revision:');
  assert.notEqual((await kubeconform(wrong)).problems.length, 0);
});

test('the sources of the server make its objects with all values, and rbac.yaml', async (t) => {
  const helm = await requireTool(t, 'helm');
  if (helm === undefined) return;
  const here = repository(t);
  await here.render(['argocd']);
  const { sources = [] } = applicationOf(here, 'server.yaml').spec;
  const [chart, git] = sources;
  assert.ok(chart?.helm !== undefined && git !== undefined);
  assert.deepEqual(
    [chart.repoURL, chart.chart, chart.targetRevision, git.repoURL, git.targetRevision, git.ref],
    [
      'https://charts.example',
      'vault',
      '0.34.1',
      'https://git.example/platform/vaults.git',
      'main',
      'values',
    ],
  );

  const files = chart.helm.valueFiles.flatMap((file) => ['-f', valuesPlace(here, git, file)]);
  const place = await findOfficialChart('vault', '0.34.1');
  const args = [
    'template',
    chart.helm.releaseName,
    place,
    '-n',
    'vault',
    '--kube-version',
    '1.31.0',
    ...files,
  ];
  const { stdout } = await execa(helm.path, args);

  assert.deepEqual(await lostIn(stdout, here), []);
  const rbac = path.join(here.root, git.path ?? '', git.directory?.include ?? '');
  assert.ok(objectsIn(readFileSync(rbac, 'utf8')).includes('Role/vault-lifeboat'));
});

test('the source of the backup is the copy of our chart with its values', async (t) => {
  const here = repository(t);
  await here.render(['argocd']);
  const { source, destination } = applicationOf(here, 'backup.yaml').spec;
  assert.ok(source?.helm !== undefined);

  assert.ok(existsSync(path.join(here.root, source.path ?? '', 'Chart.yaml')));
  for (const file of source.helm.valueFiles) assert.ok(statSync(valuesPlace(here, source, file)).isFile());
  assert.equal(source.helm.releaseName, 'vault-lifeboat');
  assert.equal(destination.namespace, 'backups');
});

test('neither Application waits for the other, none removes anything, and nothing of the server has a wave', async (t) => {
  const here = repository(t);
  await here.render(['argocd']);
  const both = ['server.yaml', 'backup.yaml'].map((name) => applicationOf(here, name));

  const waves = both.map(({ metadata }) => metadata.annotations['argocd.argoproj.io/sync-wave']);
  assert.equal(new Set(waves).size, 1);
  for (const { metadata, spec } of both) {
    assert.equal(metadata.finalizers, undefined);
    assert.deepEqual(spec.syncPolicy.automated, { prune: false, selfHeal: false });
  }
  assert.deepEqual(
    ['Prune=false', 'Delete=false'].filter((o) => !both[0]?.spec.syncPolicy.syncOptions.includes(o)),
    [],
  );
  for (const name of ['rbac.yaml', 'vault-values.yaml'])
    assert.doesNotMatch(
      readFileSync(path.join(here.out, name), 'utf8'),
      /argocd\.argoproj\.io|helm\.sh\/hook/,
    );
});
