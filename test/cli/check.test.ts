/** `lifeboat check` as the built program: its exit codes, its reports, and what it asks of Helm and kubeconform. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Log } from 'sarif';
import { KUBERNETES_VERSION } from '../../generator/chart/kubernetes-version.ts';
import { findChart, findHelm } from '../render/real-chart.ts';
import { type Ended, lifeboat } from '../support/command-line.ts';
import { findKubernetesSchemas } from '../support/kubernetes-schemas.ts';
import { requireTool } from '../support/skip.ts';

const CASE = path.resolve(import.meta.dirname, '../render/cases/vault-s3-approle');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);

const helm = await findHelm();
const chart = await findChart('vault', '0.34.1');
const skip = helm.skip || chart.skip;

before(() => {
  cpSync(CASE, inFolder('case'), { recursive: true });
  mkdirSync(inFolder('empty'));
});

/** In the folder of the case, as in a repository; without a chart that is kept unless the test names one. */
function check(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return lifeboat(['check', '-f', 'lifeboat.yaml', ...args], {
    cwd: inFolder('case'),
    env: { HELM_BIN: helm.path, LIFEBOAT_CACHE: inFolder('empty'), ...env },
  });
}

const withChart = (...args: readonly string[]): readonly string[] => ['--chart', chart.path, ...args];

test('a good configuration is 0, with one table of what was checked and what was not', { skip }, async () => {
  const { code, stdout, stderr } = await check(withChart());

  assert.deepEqual([code, stderr], [0, '']);
  const results = stdout
    .split('\n')
    .map((line) => /^(\w[\w ]*?) {2,}payments-vault +[\d.]+ s +(.*)$/.exec(line));
  assert.deepEqual(
    results.filter((line) => line !== null).map(([, name, result = '']) => [name, result.split(':')[0]]),
    [
      ['configuration', 'ok'],
      ['official chart', 'ok'],
      ['our chart', 'ok'],
      ['kubernetes types', 'skipped'],
      ['policies', 'ok'],
      ['out folder', 'skipped'],
    ],
  );
});

test('problems of the configuration are 3, and stand in every report', async () => {
  writeFileSync(inFolder('case/bad.yaml'), 'version: 1\nname: Not A Name\nspare: 1\n');
  const reports = ['--junit', inFolder('bad.xml'), '--sarif', inFolder('bad.sarif')];
  const args = ['check', '-f', 'bad.yaml', ...reports];
  const { code, stdout } = await lifeboat(args, { cwd: inFolder('case') });

  assert.equal(code, 3);
  assert.match(stdout, /error \[configuration\] bad\.yaml:3:1: .*spare/);
  assert.match(readFileSync(inFolder('bad.xml'), 'utf8'), /<failure type="configuration"/);
  const log = JSON.parse(readFileSync(inFolder('bad.sarif'), 'utf8')) as Log;
  const places = (log.runs[0]?.results ?? []).map(({ locations = [] }) => locations[0]?.physicalLocation);
  assert.ok(
    places.some((place) => place?.artifactLocation?.uri === 'bad.yaml' && place.region?.startLine === 3),
  );
});

test('an out folder that is not what is rendered now is 4, with the line and the command', {
  skip,
}, async () => {
  const render = ['render', '-f', 'lifeboat.yaml', '-o', 'out', '--with-chart'];
  assert.equal((await lifeboat(render, { cwd: inFolder('case') })).code, 0);
  const good = await check(withChart('-o', 'out'));
  assert.equal(good.code, 0, good.stdout);

  const values = inFolder('case/out/vault-values.yaml');
  const text = readFileSync(values, 'utf8');
  writeFileSync(values, text.replace('cpu: 50m', 'cpu: 60m'));
  rmSync(inFolder('case/out/backup.json'));
  writeFileSync(inFolder('case/out/charts/vault-lifeboat/values.yaml'), '# older\n');
  cpSync(inFolder('case/out/rbac.yaml'), inFolder('case/out/rbac-old.yaml'));
  writeFileSync(inFolder('case/out/of-the-user.yaml'), 'a: b\n');
  const old = await check(withChart('-o', 'out'));

  assert.equal(old.code, 4);
  const line = text.split('\n').findIndex((one) => one.includes('cpu: 50m')) + 1;
  assert.match(old.stdout, new RegExp(`\\[out-up-to-date\\] out/vault-values\\.yaml:${line}: `));
  assert.match(old.stdout, /^ *-.*cpu: 60m$/m);
  assert.match(old.stdout, /^ *\+.*cpu: 50m$/m);
  assert.match(old.stdout, /out\/rbac-old\.yaml: this file is no longer rendered/);
  assert.doesNotMatch(old.stdout, /of-the-user/);
  assert.match(old.stdout, /out\/backup\.json: .*missing/);
  assert.match(old.stdout, /out\/charts\/vault-lifeboat\/values\.yaml:1: /);
  assert.equal(old.stdout.match(/Render again: /g)?.length, 1, 'once is enough');
  const withoutHelm = await check(['--without-charts', '-o', 'out'], { HELM_BIN: inFolder('no-helm') });
  assert.deepEqual([withoutHelm.code, withoutHelm.stderr], [4, '']);
});

/** The command that a report prescribes, run as it stands there. */
async function runAdvice(report: string): Promise<void> {
  const [, words = ''] = /Render (?:again|it): lifeboat (.*)$/m.exec(report) ?? [];
  const { code, stderr } = await lifeboat(words.split(' '), { cwd: inFolder('case') });
  assert.equal(code, 0, stderr);
}

test('the command that is prescribed repairs what was found: a copy of our chart, a hash, a folder that is not there', {
  skip,
}, async () => {
  const look = (): Promise<Ended> => check(['--without-charts', '-o', 'fresh']);
  const absent = await look();
  assert.equal(absent.code, 4);
  assert.match(absent.stdout, /\] fresh: nothing that lifeboat renders stands in this folder$/m);
  await runAdvice(absent.stdout);
  assert.equal((await look()).code, 0);

  const ours = inFolder('case/fresh/charts/vault-lifeboat/Chart.yaml');
  writeFileSync(ours, readFileSync(ours, 'utf8').replace('name:', 'name: '));
  const headers = ['vault-values.yaml', 'rbac.yaml', 'lifeboat-values.yaml'];
  for (const name of headers) {
    const place = inFolder(`case/fresh/${name}`);
    writeFileSync(place, readFileSync(place, 'utf8').replace(/(Generated by vault-lifeboat .*)/, '$1 older'));
  }
  const old = await look();
  assert.equal(old.code, 4);
  assert.match(old.stdout, /^out folder .*FAILED \(2\)$/m);
  assert.match(
    old.stdout,
    /fresh\/lifeboat-values\.yaml:\d: only the line with version and hash of the inputs differs here, and in fresh\/rbac\.yaml, fresh\/vault-values\.yaml\n/,
  );
  await runAdvice(old.stdout);
  assert.equal((await look()).code, 0);
});

test('a values file that is not there is named as it is given', async () => {
  const text = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace('my-values', 'absent');
  writeFileSync(inFolder('case/astray.yaml'), text);
  const { code, stderr } = await lifeboat(['validate', '-f', 'case/astray.yaml'], { cwd: folder });

  assert.equal(code, 3);
  assert.match(stderr, /^case\/astray\.yaml:\d+:\d+: case\/absent\.yaml does not exist$/m);
});

test('without helm it is 6, and says what to do', async () => {
  const { code, stdout, stderr } = await check(withChart(), { HELM_BIN: inFolder('no-helm') });

  assert.deepEqual([code, stdout], [6, '']);
  assert.match(stderr, /helm is needed here.*\n.*next: Install Helm 3.*HELM_BIN/);
});

test('a chart that is not here is 2, and says how to get it; nothing is fetched unasked', {
  skip: helm.skip,
}, async () => {
  const { code, stderr } = await check([]);

  assert.equal(code, 2);
  assert.match(stderr, /the chart vault 0\.34\.1 is not on this machine/);
  assert.match(stderr, /--pull \(helm pull hashicorp\/vault --version 0\.34\.1\), or name it with --chart/);
});

test('a refusal of Helm itself is a finding', { skip }, async () => {
  const values = readFileSync(inFolder('case/my-values.yaml'), 'utf8');
  writeFileSync(inFolder('case/odd.yaml'), values.replace('ha:', 'ingress: {enabled: yes please}\n  ha:'));
  const config = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace('my-values', 'odd');
  const args = ['check', '-f', '-', ...withChart('--json')];
  const { code, stdout } = await lifeboat(args, {
    ...{ cwd: inFolder('case'), input: config, env: { HELM_BIN: helm.path } },
  });

  assert.equal(code, 5);
  const { checks, error } = JSON.parse(stdout) as {
    checks: readonly {
      check: string;
      result: string;
      findings: readonly { rule: string; message: string }[];
    }[];
    error: { code: number; exit: string };
  };
  assert.deepEqual([error.code, error.exit], [5, 'check']);
  const rendered = checks.find(({ check: name }) => name === 'official chart');
  assert.equal(rendered?.result, 'failed');
  assert.deepEqual(
    rendered.findings.map(({ rule }) => rule),
    ['official-chart-renders'],
  );
  assert.match(rendered.findings[0]?.message ?? '', /helm cannot render vault 0\.34\.1: .*enabled/s);
  assert.deepEqual(
    checks.filter(({ result }) => result === 'skipped').map(({ check: name }) => name),
    ['kubernetes types', 'policies', 'out folder'],
  );
});

test('warnings are told, and fail the run only with --strict', { skip }, async () => {
  const config = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace('tag: 0.1.0', 'tag: latest');
  const run = (...more: readonly string[]) =>
    lifeboat(['check', '-f', '-', ...withChart(...more)], {
      ...{ cwd: inFolder('case'), input: config, env: { HELM_BIN: helm.path } },
    });

  const plain = await run();
  assert.equal(plain.code, 0);
  assert.match(plain.stdout, /warning \[configuration-warning\] .*:3:1: image: a tag that moves/);
  assert.match(plain.stdout, /warning \[image-pinned\] .*registry\.example\/lifeboat:latest/);
  assert.equal((await run('--strict')).code, 5);
});

test('kubeconform holds every object against the types of Kubernetes', { skip }, async (t) => {
  const tool = await requireTool(t, 'kubeconform');
  if (tool === undefined) return;
  const places = [
    '--schema-location',
    `${await findKubernetesSchemas()}/{{.ResourceKind}}{{.KindSuffix}}.json`,
  ];
  const env = { KUBECONFORM_BIN: tool.path };
  const good = await check(withChart(...places, '--require-kubeconform'), env);
  assert.equal(good.code, 0, good.stdout);
  assert.match(good.stdout, /^kubernetes types +payments-vault +[\d.]+ s +ok$/m);

  // As docs/ci.md has it for a machine without network.
  const copy = inFolder('kubernetes-json-schema');
  mkdirSync(copy);
  symlinkSync(await findKubernetesSchemas(), path.join(copy, `v${KUBERNETES_VERSION}-standalone-strict`));
  const offline = await check(withChart('--schema-location', copy, '--strict'), env);
  assert.equal(offline.code, 0, offline.stdout);
  assert.match(offline.stdout, /^kubernetes types +payments-vault +[\d.]+ s +ok$/m);
  assert.ok(readFileSync('docs/ci.md', 'utf8').includes(`\`v${KUBERNETES_VERSION}-standalone-strict\``));

  const values = readFileSync(inFolder('case/my-values.yaml'), 'utf8');
  const odd = values.replace('server:', 'server:\n  statefulSet: {securityContext: {pod: {fsGroupp: 1000}}}');
  writeFileSync(inFolder('case/typo.yaml'), odd);
  const config = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace('my-values', 'typo');
  const bad = await lifeboat(['check', '-f', '-', ...withChart(...places)], {
    ...{ cwd: inFolder('case'), input: config, env: { HELM_BIN: helm.path, ...env } },
  });
  assert.equal(bad.code, 5);
  assert.match(bad.stdout, /\[kubernetes-types\] .*StatefulSet\/vault: .*fsGroupp/);

  const absent = { KUBECONFORM_BIN: inFolder('no-kubeconform') };
  const skipped = await check(withChart(...places), absent);
  assert.deepEqual([skipped.code, /skipped: kubeconform is not here/.test(skipped.stdout)], [0, true]);
  assert.equal((await check(withChart(...places, '--require-kubeconform'), absent)).code, 5);
});

test('schemas that cannot be fetched are one sentence, and 6: no object is to blame', { skip }, async (t) => {
  const tool = await requireTool(t, 'kubeconform');
  if (tool === undefined) return;
  // Nothing listens there: the port is reserved.
  const place = 'http://127.0.0.1:9/{{.ResourceKind}}.json';
  const env = { KUBECONFORM_BIN: tool.path };
  const { code, stdout, stderr } = await check(withChart('--schema-location', place), env);

  assert.deepEqual([code, stdout], [6, '']);
  assert.match(
    stderr,
    /^lifeboat: the schemas cannot be fetched: http:\/\/127\.0\.0\.1:9\/configmap\.json: connect: connection refused\n {2}next: .*--schema-location FOLDER.*\n$/,
  );
});

/** A fleet of the case: each cluster with what it has of its own. */
function fleetOf(clusters: Readonly<Record<string, string>>): string {
  const shared = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace(/^version: 1\nname: .*\n/, '');
  const own = Object.entries(clusters).map(
    ([name, more]) => `  ${name}: { name: payments-${name}, release: { namespace: ${name} }${more} }\n`,
  );
  return `version: 1\ndefaults:\n${shared.replaceAll(/^(?=.)/gm, '  ')}clusters:\n${own.join('')}`;
}

const runFleet = (...more: readonly string[]): Promise<Ended> =>
  lifeboat(['check', '-f', 'own.yaml', ...more], {
    ...{ cwd: inFolder('case'), env: { HELM_BIN: helm.path, LIFEBOAT_CACHE: inFolder('empty') } },
  });

test('a fleet: a cluster that is wrong is named, and hides nothing of the others', { skip }, async () => {
  writeFileSync(inFolder('case/own.yaml'), fleetOf({ east: '', west: ', spare: 1', south: ', spare: 2' }));
  const { code, stdout } = await runFleet(...withChart());

  assert.equal(code, 3);
  assert.match(stdout, /^error \[configuration\] own\.yaml:\d+:\d+: cluster west: .*spare/m);
  assert.match(stdout, /^configuration +west +[\d.]+ s +FAILED \(1\)$/m);
  assert.match(stdout, /^configuration +south +[\d.]+ s +FAILED \(1\)$/m);
  assert.match(stdout, /^official chart +east +[\d.]+ s +ok$/m);
  assert.doesNotMatch(stdout, /^official chart +west/m);

  const absent = await runFleet();
  assert.equal(absent.code, 3, absent.stderr);
  assert.match(absent.stdout, /^configuration +west .*FAILED \(1\)$/m);
  assert.match(
    absent.stdout,
    /^official chart +east .*skipped: the chart vault 0\.34\.1 is not on this machine$/m,
  );
});

test('a fleet: a warning says whose it is, in every report, and once where it is of several', {
  skip,
}, async () => {
  const tag = ', image: { tag: latest }';
  writeFileSync(inFolder('case/own.yaml'), fleetOf({ east: '', west: tag }));
  const reports = ['--junit', inFolder('own.xml'), '--sarif', inFolder('own.sarif')];
  const { code, stdout } = await runFleet(...withChart(...reports));

  assert.equal(code, 0);
  assert.match(
    stdout,
    /^warning \[configuration-warning\] own\.yaml:[\d:]+ cluster west: image: a tag that moves/m,
  );
  assert.match(readFileSync(inFolder('own.xml'), 'utf8'), /: cluster west: image: a tag that moves/);
  const log = JSON.parse(readFileSync(inFolder('own.sarif'), 'utf8')) as Log;
  assert.match(log.runs[0]?.results?.[0]?.message.text ?? '', /^cluster west: image: a tag that moves/);
  const { checks } = JSON.parse((await runFleet(...withChart('--json'))).stdout) as {
    checks: readonly { cluster: string; findings: readonly { clusters?: readonly string[] }[] }[];
  };
  const told = checks.flatMap(({ findings }) => findings.map(({ clusters }) => clusters));
  assert.ok(told.length > 0);
  for (const clusters of told) assert.deepEqual(clusters, ['west']);

  writeFileSync(
    inFolder('case/own.yaml'),
    fleetOf({ east: '', west: '' }).replace('tag: 0.1.0', 'tag: latest'),
  );
  const both = await runFleet(...withChart());
  assert.equal(both.stdout.match(/image: a tag that moves/g)?.length, 1, both.stdout);
  assert.match(both.stdout, /: clusters east, west: image: a tag that moves/);
});

test('a fleet: each cluster has its rows, and its reports', { skip }, async () => {
  writeFileSync(inFolder('case/fleet.yaml'), fleetOf({ east: '', west: '' }));
  const args = ['check', '-f', 'fleet.yaml', ...withChart('--junit', inFolder('fleet.xml'))];
  const { code, stdout } = await lifeboat(args, { cwd: inFolder('case'), env: { HELM_BIN: helm.path } });

  assert.equal(code, 0, stdout);
  for (const name of ['east', 'west']) {
    assert.match(stdout, new RegExp(`^official chart +${name} +[\\d.]+ s +ok$`, 'm'));
    assert.match(
      readFileSync(inFolder('fleet.xml'), 'utf8'),
      new RegExp(`<testsuite name="${name}" tests="6"`),
    );
  }
});

test('a fleet: every chart that is not here is named in one run; values files by the way from here', {
  skip: helm.skip,
}, async () => {
  const cluster = (name: string, version: string) =>
    `  ${name}: { name: payments-${name}, release: { chartVersion: ${version} } }\n`;
  const shared = readFileSync(inFolder('case/lifeboat.yaml'), 'utf8').replace(/^version: 1\nname: .*\n/, '');
  const defaults = shared.replaceAll(/^(?=.)/gm, '  ');
  const clusters = `${cluster('east', '0.34.1')}${cluster('west', '0.32.0')}`;
  writeFileSync(inFolder('case/two.yaml'), `version: 1\ndefaults:\n${defaults}clusters:\n${clusters}`);
  const run = (...more: readonly string[]) =>
    lifeboat(['check', '-f', 'case/two.yaml', ...more], {
      ...{ cwd: folder, env: { HELM_BIN: helm.path, LIFEBOAT_CACHE: inFolder('empty') } },
    });

  const absent = await run();
  assert.equal(absent.code, 2);
  assert.match(
    absent.stderr,
    /chart vault 0\.34\.1 is not on this machine\n.*chart vault 0\.32\.0 is not on this/,
  );

  writeFileSync(inFolder('case/my-values.yaml'), 'server: {ha: [}\n');
  const wrong = await run('--sarif', inFolder('two.sarif'));
  assert.equal(wrong.code, 3);
  const log = JSON.parse(readFileSync(inFolder('two.sarif'), 'utf8')) as Log;
  const place = log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation;
  assert.deepEqual([place?.artifactLocation?.uri, place?.region?.startLine], ['case/my-values.yaml', 1]);
});
