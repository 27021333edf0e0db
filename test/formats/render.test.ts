/** What `render --format` writes and refuses, of the built program. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FORMAT_CHOICES, FORMAT_NAMES } from '../../generator/formats/format-names.ts';
import { lifeboat } from '../support/command-line.ts';
import { type Repository, repository } from './repository.ts';

function render({ root }: Repository, ...flags: readonly string[]) {
  return lifeboat(['render', '-f', 'payments/lifeboat.yaml', '-o', 'payments/out', ...flags], { cwd: root });
}

test('formats are separated by commas or given again, and bring the values and our chart along', async (t) => {
  const here = repository(t);

  const { code, stderr } = await render(here, '--format', 'argocd,helmfile', '--format', 'values, flux');

  assert.equal(code, 0, stderr);
  const there = ['argocd', 'helmfile', 'flux', 'vault-values.yaml', 'charts/vault-lifeboat/Chart.yaml'];
  assert.deepEqual(
    there.filter((name) => !existsSync(path.join(here.out, name))),
    [],
  );
  assert.ok(!existsSync(path.join(here.out, 'kustomize')));
});

test('without --format, and with values alone, no format is written', async (t) => {
  const here = repository(t);

  assert.equal((await render(here)).code, 0);
  assert.equal((await render(here, '--format', 'values')).code, 0);

  assert.deepEqual(
    [...FORMAT_NAMES, 'charts'].filter((name) => existsSync(path.join(here.out, name))),
    [],
  );
});

test('an unknown format is a wrong command line, and the known ones are named', async (t) => {
  const { code, stderr } = await render(repository(t), '--format', 'argo');

  assert.equal(code, 2);
  assert.match(stderr, /There is no format "argo"; there are values, /);
  for (const name of FORMAT_CHOICES) assert.ok(stderr.includes(name), stderr);
});

test('--help lists the formats', async () => {
  const { stdout } = await lifeboat(['render', '--help']);

  for (const name of FORMAT_CHOICES) assert.match(stdout, new RegExp(`^  ${name} +\\S`, 'm'));
});

test('one stream cannot hold files that refer to each other', async (t) => {
  const here = repository(t);

  const { code, stderr } = await lifeboat(
    ['render', '-f', 'payments/lifeboat.yaml', '-o', '-', '--format', 'flux'],
    { cwd: here.root },
  );

  assert.equal(code, 2);
  assert.match(stderr, /--format flux .* -o - is one stream/);
});

test('each key that a format needs is named once with its place, and nothing is written', async (t) => {
  const here = repository(t, (config) => {
    delete config.release?.repository;
    delete config.gitops;
  });

  const { code, stdout } = await render(here, '--format', 'argocd,flux,kustomize', '--json');

  assert.equal(code, 3);
  const { problems } = (
    JSON.parse(stdout) as { error: { problems: { message: string; line: number; hint: string }[] } }
  ).error;
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'release.repository is not set, and these formats need it: argocd, flux, kustomize',
      'gitops.repository is not set, and this format needs it: argocd',
      'gitops.folder is not set, and these formats need it: argocd, flux',
    ],
  );
  const text = readFileSync(path.join(here.root, 'payments/lifeboat.yaml'), 'utf8').split('\n');
  assert.equal(text[(problems[0]?.line ?? 0) - 1], 'release:');
  for (const { line, hint } of problems.slice(1)) {
    assert.equal(line, undefined, 'no line of the file is to blame');
    assert.match(hint, /:\ngitops:\n {2}repository: https:.*\n {2}folder: /);
  }
  assert.ok(!existsSync(here.out));
});

test('a chart that is named by its registry needs no repository', async (t) => {
  const here = repository(t, ({ release = {} }) => {
    delete release.repository;
    release.chart = 'oci://registry.example/charts/vault';
  });

  const { code, stderr } = await render(here, '--format', 'argocd');

  assert.equal(code, 0, stderr);
  const server = parse(readFileSync(path.join(here.out, 'argocd/server.yaml'), 'utf8')) as {
    spec: { sources: { repoURL: string; chart: string }[] };
  };
  // Argo CD takes registries of charts without oci://.
  assert.equal(server.spec.sources[0]?.repoURL, 'registry.example/charts');
  assert.equal(server.spec.sources[0]?.chart, 'vault');
});

test('values outside of the git repository are named with their line', async (t) => {
  const here = repository(t, ({ gitops = {} }) => {
    gitops.folder = 'out';
  });

  const { code, stderr } = await render(here, '--format', 'flux');

  assert.equal(code, 3);
  assert.match(
    stderr,
    /\.\.\/shared\/base\.yaml stands outside of the git repository: the out folder is out/,
  );
  assert.doesNotMatch(stderr, /my-values/);
});

test('lifeboat check finds a file of a format that is old, and says how to render it again', async (t) => {
  const here = repository(t);
  const check = () =>
    lifeboat(['check', '-f', 'payments/lifeboat.yaml', '-o', 'payments/out', '--without-charts'], {
      cwd: here.root,
    });
  await render(here, '--format', 'flux,helmfile');
  assert.equal((await check()).code, 0);

  const file = path.join(here.out, 'flux/server.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('interval: 1h', 'interval: 2h'));
  const { code, stdout } = await check();

  assert.equal(code, 4);
  assert.match(stdout, /out\/flux\/server\.yaml/);
  assert.match(
    stdout,
    /lifeboat render -f payments\/lifeboat\.yaml -o payments\/out --with-chart --format flux,helmfile/,
  );
});

test('a password in the URL of a repository is refused and not repeated', async (t) => {
  const password = 'hunter2-and-more';
  const here = repository(t, ({ gitops = {} }) => {
    gitops.repository = `https://me:${password}@git.example/x.git`;
  });

  const { code, stdout, stderr } = await render(here, '--format', 'argocd');

  assert.equal(code, 3);
  assert.match(stderr, /gitops\.repository/);
  assert.ok(!`${stdout}${stderr}`.includes(password), stderr);
});

test('each cluster of a fleet has formats of its own, whose paths lead from its folder', async (t) => {
  const here = repository(t);
  const folder = path.join(here.root, 'payments');
  const {
    version,
    name: _name,
    ...defaults
  } = parse(readFileSync(path.join(folder, 'lifeboat.yaml'), 'utf8')) as Record<string, unknown>;
  const cluster = (name: string) => ({ name, gitops: { argocd: { cluster: name } } });
  const clusters = { eu: cluster('payments-eu'), us: cluster('payments-us') };
  writeFileSync(path.join(folder, 'lifeboat.yaml'), JSON.stringify({ version, defaults, clusters }));
  mkdirSync(here.out);

  const { code, stderr } = await render(here, '--format', 'argocd,helmfile');

  assert.equal(code, 0, stderr);
  const eu = path.join(here.out, 'eu');
  const application = readFileSync(path.join(eu, 'argocd/server.yaml'), 'utf8');
  assert.match(application, /- \$values\/payments\/out\/eu\/vault-values\.yaml/);
  assert.match(application, /- \$values\/payments\/my-values\.yaml/);
  assert.match(application, /name: payments-eu\n {4}namespace: vault/);
  const { releases } = parse(readFileSync(path.join(eu, 'helmfile/helmfile.yaml'), 'utf8')) as {
    releases: { values: string[] }[];
  };
  const missing = (releases[0]?.values ?? []).filter((file) => !existsSync(path.join(eu, 'helmfile', file)));
  assert.deepEqual(missing, []);
});

test('a rehearsal has no format: each would bring a CronJob along', async (t) => {
  const here = repository(t);
  writeFileSync(
    path.join(here.root, 'payments/rehearsal.yaml'),
    'restore: {rehearsalOf: {name: vault, namespace: original}}\n',
  );

  const { code, stderr } = await render(here, '-f', 'payments/rehearsal.yaml', '--format', 'argocd,flux');

  assert.equal(code, 3);
  assert.match(stderr, /a rehearsal is installed by Helm .* no --format argocd,flux/);
  assert.ok(!existsSync(here.out));
});
