/** A fleet: one command renders all of its clusters, and names what is wrong in all of them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { checkClusters, renderClusters } from '../../generator/clusters.ts';
import { ConfigError } from '../../generator/config/problem.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import { lifeboat } from '../support/command-line.ts';

const root = mkdtempSync(path.join(tmpdir(), 'lifeboat-fleet-'));
after(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
/** Writes files into a new folder, and says where each is. */
function written(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = path.join(root, String(folders++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return (name) => path.join(folder, name);
}

const VALUES = 'server: {ha: {enabled: true, replicas: 1, raft: {enabled: true, setNodeId: true}}}\n';
const DEFAULTS = `image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [values.yaml]}
store: {s3: {bucket: vault-snapshots, region: eu-central-1, secretRef: {name: s3}}}
`;
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
const FLEET = `version: 1
defaults:
${indented(DEFAULTS)}clusters:
  us: {name: vault-us, store: {s3: {region: us-south}}}
  eu: {name: vault-eu, backup: {schedule: "0 1 * * *"}}
`;

async function rendered(files: readonly string[], more: Partial<ConfigInputs> = {}) {
  return renderClusters({ files, ...more }, Readable.from(['']));
}

async function problemsOf(files: readonly string[], more: Partial<ConfigInputs> = {}) {
  try {
    await checkClusters({ files, ...more }, Readable.from(['']));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function bytes(files: readonly { readonly name: string; readonly text: string }[]) {
  return files.map(({ name, text }) => `${name}\n${text}`).join('');
}

test('a fleet in one file is rendered in the order of the file, each cluster as if it were alone', async () => {
  const alone = { us: 'store: {s3: {region: us-south}}\n', eu: 'backup: {schedule: "0 1 * * *"}\n' };
  const at = written({
    'fleet.yaml': FLEET,
    'values.yaml': VALUES,
    'base.yaml': `version: 1\n${DEFAULTS}`,
    'us.yaml': `name: vault-us\n${alone.us}`,
    'eu.yaml': `name: vault-eu\n${alone.eu}`,
  });

  const fleet = await rendered([at('fleet.yaml')]);

  assert.deepEqual(
    fleet.map(({ folder }) => folder),
    ['us', 'eu'],
  );
  for (const { folder, files } of fleet) {
    const [single] = await rendered([at('base.yaml'), at(`${folder}.yaml`)]);
    assert.equal(bytes(files), bytes(single?.files ?? []));
  }
  assert.notEqual(bytes(fleet[0]?.files ?? []), bytes(fleet[1]?.files ?? []));
});

test('a folder with one file a cluster and defaults.yaml is the same fleet, by name', async () => {
  const at = written({
    'fleet.yaml': FLEET,
    'values.yaml': VALUES,
    'fleet/defaults.yaml': `version: 1\n${DEFAULTS.replace('values.yaml', '../values.yaml')}`,
    'fleet/us.yaml': 'name: vault-us\nstore: {s3: {region: us-south}}\n',
    'fleet/eu.yaml': 'name: vault-eu\nbackup: {schedule: "0 1 * * *"}\n',
    'fleet/.hidden.yaml': 'no: cluster\n',
    'fleet/notes.txt': 'no cluster\n',
    'fleet/values/x.yaml': VALUES,
  });

  const fleet = await rendered([at('fleet')]);

  assert.deepEqual(
    fleet.map(({ folder, plan }) => [folder, plan.config.name]),
    [
      ['eu', 'vault-eu'],
      ['us', 'vault-us'],
    ],
  );
});

test('plain files beside a fleet are layers of each cluster, in the order of -f', async () => {
  const at = written({
    'fleet.yaml': FLEET,
    'values.yaml': VALUES,
    'before.yaml': 'backup: {schedule: "0 5 * * *"}\nlog: {format: json}\n',
    'after.yaml': 'store: {s3: {region: ca-tor}}\n',
  });

  const [us, eu] = await rendered([at('before.yaml'), at('fleet.yaml'), at('after.yaml')]);

  assert.equal(us?.plan.config.backup.schedule, '0 5 * * *');
  assert.equal(eu?.plan.config.backup.schedule, '0 1 * * *');
  for (const cluster of [us, eu]) {
    assert.equal(cluster?.plan.config.logFormat, 'json');
    const store = cluster?.plan.config.store;
    assert.equal(store !== undefined && 's3' in store ? store.s3.region : '', 'ca-tor');
  }
});

test('values files are found beside the layer that names them', async () => {
  const at = written({
    'base/lifeboat.yaml': `version: 1\nname: vault-eu\n${DEFAULTS}`,
    'base/values.yaml': VALUES,
    'prod/prod.yaml': 'release: {values: [own.yaml]}\n',
    'prod/own.yaml': `${VALUES}global: {tlsDisable: true}\n`,
  });

  const [base] = await rendered([at('base/lifeboat.yaml')]);
  const [prod] = await rendered([at('base/lifeboat.yaml'), at('prod/prod.yaml')]);

  assert.deepEqual(
    [base?.input.valuesFiles[0]?.text, prod?.input.valuesFiles[0]?.text],
    [VALUES, `${VALUES}global: {tlsDisable: true}\n`],
  );
});

test('what is wrong in any cluster is named in one run: form, chart, values files, values', async () => {
  const at = written({
    'fleet.yaml': `version: 1
defaults:
${indented(DEFAULTS)}clusters:
  a: {name: vault-a, backup: {schedule: x}}
  b: {name: vault-b, release: {values: [absent.yaml], chartVersion: 9.9.9}}
  c: {name: vault-c, release: {values: [dev.yaml]}}
  d: {name: vault-d}
  e: text
spare: 1
log: {format: json}
`,
    'values.yaml': VALUES,
    'dev.yaml': 'server: {dev: {enabled: true}}\n',
  });

  const problems = await problemsOf([at('fleet.yaml')]);

  const told = problems.map(({ file, line, clusters = [], message }) => [
    path.basename(file),
    line,
    clusters.join(),
    message,
  ]);
  for (const [file, line, cluster, says] of [
    ['fleet.yaml', 11, '', /the cluster e must be a map/],
    ['fleet.yaml', 12, '', /unknown key "spare" beside "clusters"/],
    ['fleet.yaml', 13, '', /unknown key "log" beside "clusters"/],
    ['fleet.yaml', 7, 'a', /has 1 fields/],
    ['fleet.yaml', 8, 'b', /vault 9\.9\.9 is not built in/],
    ['fleet.yaml', 8, 'b', /absent\.yaml does not exist/],
    ['dev.yaml', 1, 'c', /dev/],
  ] as const) {
    assert.ok(
      told.some(([f, l, c, m]) => f === file && l === line && c === cluster && says.test(String(m))),
      `${says}: ${JSON.stringify(told, null, 1)}`,
    );
  }
  assert.equal(told.length, 7, JSON.stringify(told, null, 1));
});

test('a slip in what clusters share is told once, with their names', async () => {
  const clusters = ['a', 'b', 'c', 'd', 'e'].map((name) => `  ${name}: {name: vault-${name}}\n`).join('');
  const at = written({
    'fleet.yaml': `version: 1\ndefaults:\n${indented(DEFAULTS)}  backup: {shedule: x}\nclusters:\n${clusters}`,
    'values.yaml': VALUES,
  });

  const ended = await lifeboat(['validate', '-f', at('fleet.yaml')]);

  assert.equal(ended.code, 3);
  assert.match(ended.stderr, /1 problem in the configuration/);
  assert.match(ended.stderr, /fleet\.yaml:6:12: clusters a, b, c and 2 more: unknown key "shedule"/);
});

for (const [name, files, says] of [
  ['an unsafe name', { 'f.yaml': 'clusters: {"../x": {}}\n' }, /"\.\.\/x" cannot be the name/],
  [
    'names that differ in capitals alone',
    { 'f.yaml': 'clusters: {eu: {}, EU: {}}\n' },
    /eu and EU would be one folder/,
  ],
  [
    'two files of one cluster',
    { 'f.yaml/eu.yaml': 'a: 1\n', 'f.yaml/eu.yml': 'a: 1\n' },
    /two files are named eu/,
  ],
  ['no clusters', { 'f.yaml': 'clusters: {}\n' }, /clusters must be a map with one entry or more/],
  ['a list of clusters', { 'f.yaml': 'clusters: [{name: a}]\n' }, /clusters must be a map/],
  ['a mistyped key', { 'f.yaml': 'default: {}\nclusters: {a: {}}\n' }, /did you mean "defaults"\?/],
  [
    'a values file among the clusters',
    { 'f.yaml/eu.yaml': 'version: 1\n', 'f.yaml/eu-values.yaml': VALUES },
    /this is a values file of the official chart/,
  ],
  ['a fleet in a folder', { 'f.yaml/eu.yaml': 'clusters: {a: {}}\n' }, /a file of a folder is one cluster/],
  ['an empty file in a folder', { 'f.yaml/eu.yaml': '' }, /the file is empty/],
] as const) {
  test(`a fleet is refused for ${name}`, async () => {
    const at = written(files);

    const problems = await problemsOf([at('f.yaml')]);

    assert.ok(
      problems.some(({ message }) => says.test(message)),
      JSON.stringify(problems, null, 1),
    );
  });
}

test('two clusters may not write snapshots into one place', async () => {
  const clusters = (third: string): string => `${FLEET}  copy: {name: vault-eu${third}}\n`;
  const at = written({
    'same.yaml': clusters(''),
    'restores-only.yaml': clusters(', backup: {enabled: false}'),
    'prefix.yaml': clusters(', store: {s3: {prefix: other}}'),
    'values.yaml': VALUES,
  });

  const [problem, ...more] = await problemsOf([at('same.yaml')]);

  assert.deepEqual(more, []);
  assert.match(problem?.message ?? '', /eu and copy are both named vault-eu in the same store/);
  assert.deepEqual([problem?.line, problem?.clusters], [9, ['copy']]);
  assert.deepEqual(await problemsOf([at('restores-only.yaml')]), []);
  assert.deepEqual(await problemsOf([at('prefix.yaml')]), []);
});

test('the command line writes a folder for each cluster, and --only writes the one that is named', async () => {
  const at = written({ 'fleet.yaml': FLEET, 'values.yaml': VALUES });
  const fleet = ['-f', at('fleet.yaml')];

  const all = await lifeboat(['render', ...fleet, '-o', at('out'), '--with-chart']);
  const only = await lifeboat(['render', ...fleet, '-o', at('only'), '--only', 'eu']);
  const again = await lifeboat(['render', ...fleet, '-o', at('out'), '--with-chart']);

  assert.equal(all.code, 0, all.stderr);
  assert.match(all.stderr, /of 2 clusters/);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(readdirSync(at('out')).sort(), ['eu', 'us']);
  assert.equal(only.code, 0, only.stderr);
  assert.deepEqual(readdirSync(at('only')), ['eu']);
  assert.ok(readdirSync(at('out/eu/charts/vault-lifeboat')).includes('Chart.yaml'));
  const runbook = (folder: string): string => readFileSync(path.join(at(folder), 'RUNBOOK.md'), 'utf8');
  assert.equal(runbook('only/eu'), runbook('out/eu'));
});

test('--only says what it did not find, and which clusters there are', async () => {
  const at = written({
    'fleet.yaml': FLEET,
    'values.yaml': VALUES,
    'one.yaml': `version: 1\nname: x\n${DEFAULTS}`,
  });

  const typo = await lifeboat(['validate', '-f', at('fleet.yaml'), '--only', 'euu']);
  const single = await lifeboat(['validate', '-f', at('one.yaml'), '--only', 'eu']);

  assert.equal(typo.code, 2);
  assert.match(
    typo.stderr,
    /--only euu: the fleet has no such cluster; did you mean "eu"\?\n {2}next: It has: us, eu/,
  );
  assert.equal(single.code, 2);
  assert.match(single.stderr, /--only eu names a cluster of a fleet, and there is none/);
});

test('a declared variable has its value from the environment of the command', async () => {
  const at = written({
    'fleet.yaml': FLEET.replace('defaults:\n', 'defaults:\n  variables: {BUCKET: {}}\n').replace(
      'vault-snapshots',
      '"${BUCKET}"',
    ),
    'values.yaml': VALUES,
  });
  const line = ['render', '-f', at('fleet.yaml'), '-o', '-'];

  const set = await lifeboat(line, { env: { BUCKET: 'snapshots-of-the-day' } });
  const unset = await lifeboat(line);

  assert.equal(set.code, 0, set.stderr);
  assert.match(set.stdout, /bucket: snapshots-of-the-day/);
  assert.equal(unset.code, 3);
  assert.match(unset.stderr, /fleet\.yaml:6:24: clusters us, eu: the variable BUCKET is not set/);
});

test('a warning says which cluster it is about', async () => {
  const at = written({
    'fleet.yaml': FLEET.replace(
      '{repository: registry.example/lifeboat}',
      '{repository: r.example/l, tag: latest}',
    ),
    'values.yaml': VALUES,
  });

  const ended = await lifeboat(['validate', '-f', at('fleet.yaml')]);

  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /warning: us: image: a tag that moves/);
  assert.match(ended.stderr, /warning: eu: image: a tag that moves/);
});

test('two fleets, a file named twice and a folder without clusters are wrong command lines', async () => {
  const at = written({
    'a.yaml': FLEET,
    'b.yaml': FLEET,
    'values.yaml': VALUES,
    'empty/notes.txt': '',
    'only-defaults/defaults.yaml': 'version: 1\n',
  });

  for (const [files, says] of [
    [['a.yaml', 'b.yaml'], /two fleets are named/],
    [['a.yaml', 'a.yaml'], /is named twice/],
    [['empty'], /holds no cluster/],
    [['only-defaults'], /holds no cluster/],
    [['a.yaml', 'absent.yaml'], /absent\.yaml does not exist/],
  ] as const) {
    const ended = await lifeboat(['validate', ...files.flatMap((file) => ['-f', at(file)])]);
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, says);
  }
});
