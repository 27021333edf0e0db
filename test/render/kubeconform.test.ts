/**
 * Every object that comes out of a configuration (the official charts with vault-values.yaml, our chart with
 * lifeboat-values.yaml, and rbac.yaml) is held against the types of the API server, which drops what it does not know.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { chartNameOf, OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import type { Manifest } from '../../generator/check/manifests.ts';
import type { Rendered } from '../../generator/render/render.ts';
import { type Checked, requireKubeconform } from '../support/kubeconform.ts';
import { KUBERNETES_VERSION } from '../support/kubernetes-schemas.ts';
import { CASES, caseFolder, fileOf, renderCase } from './cases.ts';
import { findChart, findHelm, helmText } from './real-chart.ts';

const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-kubeconform-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function writeValues(name: string, rendered: Rendered, file: string): string {
  const values = path.join(folder, `${name}-${file}`);
  writeFileSync(values, fileOf(rendered, file));
  return values;
}

/** What Helm makes of the official chart with the user's values and ours. */
function serverText(helm: string, chart: string, name: string, rendered: Rendered): Promise<string> {
  const { release } = rendered.plan.config;
  const overlay = writeValues(`${name}-${release.chartVersion}`, rendered, 'vault-values.yaml');
  const own = release.values.map((file) => path.resolve(caseFolder(name), file));
  return helmText(helm, chart, release, [...own, overlay], KUBERNETES_VERSION);
}

function backupText(helm: string, name: string, rendered: Rendered): Promise<string> {
  const { names, config } = rendered.plan;
  const release = { name: names.lifeboat, namespace: config.backup.namespace };
  const values = writeValues(name, rendered, 'lifeboat-values.yaml');
  return helmText(helm, OWN_CHART, release, [values], KUBERNETES_VERSION);
}

function assertGood({ valid, problems }: Checked, ...wanted: readonly string[]): void {
  assert.deepEqual(problems, []);
  for (const object of wanted) assert.ok(valid.includes(object), `${object} is not in ${valid.join(', ')}`);
}

const helm = await findHelm();

for (const name of CASES) {
  const { config } = (await renderCase(name)).plan;
  const charts = OFFICIAL_CHARTS.filter((chart) => chart.name === chartNameOf(config.release.chart));
  for (const { product, version } of charts) {
    const chart = await findChart(product, version);

    test(`${name} on ${product} ${version}: every object of the server is one that Kubernetes takes`, {
      skip: helm.skip || chart.skip,
    }, async (t) => {
      const kubeconform = await requireKubeconform(t);
      if (kubeconform === undefined) return;
      const rendered = await renderCase(name, { chartVersion: version });
      const { fullname } = rendered.plan.facts;

      const checked = await kubeconform(await serverText(helm.path, chart.path, name, rendered));

      assertGood(checked, `StatefulSet/${fullname}`, `ConfigMap/${fullname}-config`, `Service/${fullname}`);
    });
  }

  test(`${name}: every object of the backup, and rbac.yaml, are ones that Kubernetes takes`, {
    skip: helm.skip,
  }, async (t) => {
    const kubeconform = await requireKubeconform(t);
    if (kubeconform === undefined) return;
    const rendered = await renderCase(name);
    const { lifeboat } = rendered.plan.names;

    const checked = await kubeconform(await backupText(helm.path, name, rendered));
    assertGood(checked, `CronJob/${lifeboat}`, `ConfigMap/${lifeboat}`, `NetworkPolicy/${lifeboat}`);

    const rbac = rendered.files.find((file) => file.name === 'rbac.yaml');
    assert.equal(rbac !== undefined, config.restore.enabled);
    if (rbac === undefined) return;
    const roles = await kubeconform(rbac.text);
    assertGood(roles);
    assert.deepEqual(
      roles.valid.map((object) => object.split('/')[0]),
      ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
    );
  });
}

/** A copy of the text for each place in its objects that `change` has something for. */
function spoiled(text: string, change: (value: unknown) => unknown): readonly string[] {
  const copies: string[] = [];
  for (const document of parseAllDocuments(text)) {
    const walk = (value: unknown, at: readonly (string | number)[]): void => {
      const changed = change(value);
      if (changed !== undefined) {
        const copy = document.clone() as typeof document;
        copy.setIn(at, changed);
        // As JSON: quotes that YAML needs for texts like "true" are no matter of this test.
        copies.push(JSON.stringify(copy.toJS()));
      }
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value))
        walk(inner, [...at, Array.isArray(value) ? Number(key) : key]);
    };
    walk(document.toJS() as Manifest | null, []);
  }
  return copies;
}

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('kubeconform refuses an unknown field and a wrong type wherever they stand', {
  skip: helm.skip,
}, async (t) => {
  const kubeconform = await requireKubeconform(t);
  const chart = await findChart('vault', '0.34.1');
  if (chart.skip !== false) t.skip(chart.skip);
  if (kubeconform === undefined || chart.skip !== false) return;
  const name = 'vault-s3-approle';
  const rendered = await renderCase(name);
  const server = await serverText(helm.path, chart.path, name, rendered);
  const statefulSet = parseAllDocuments(server).find((document) => document.get('kind') === 'StatefulSet');
  const text = [
    stringify(statefulSet),
    await backupText(helm.path, name, rendered),
    fileOf(rendered, 'rbac.yaml'),
  ].join('\n---\n');
  assertGood(await kubeconform(text), 'StatefulSet/vault');

  const unknown = spoiled(text, (value) => (isMap(value) ? { ...value, lifeboatTypo: {} } : undefined));
  const wrong = spoiled(text, (value) => (typeof value === 'object' ? undefined : { value }));

  for (const copies of [unknown, wrong]) {
    const { valid, problems } = await kubeconform(copies.join('\n---\n'));
    assert.deepEqual(valid, []);
    assert.equal(problems.length, copies.length);
    assert.ok(copies.length > 100, `only ${copies.length} places`);
  }
});

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'one' } };
const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' } };
const limited = (memory: unknown) => ({
  ...POD,
  spec: { containers: [{ name: 'one', resources: { limits: { memory } } }] },
});
const targeting = (targetPort: unknown) => ({ ...SERVICE, spec: { ports: [{ port: 1, targetPort }] } });

test('kubeconform takes what the API server takes, and refuses what it refuses', async (t) => {
  const kubeconform = await requireKubeconform(t);
  if (kubeconform === undefined) return;
  const good = [
    targeting(8200),
    targeting('http'),
    limited('1Gi'),
    limited(1024),
    { ...SERVICE, metadata: { name: 'one', annotations: null } },
  ];
  const bad: readonly [object, RegExp][] = [
    [targeting(true), /targetPort/],
    [limited(true), /memory/],
    [{ ...POD, spec: { initContainer: [], containers: [{ name: 'one' }] } }, /'initContainer' not allowed/],
    [{ ...POD, spec: {} }, /missing property 'containers'/],
    [{ ...POD, spec: { containers: null } }, /containers/],
    [{ ...SERVICE, apiVersion: 'v2' }, /could not find schema/],
    [{ ...SERVICE, kind: 'Servise' }, /could not find schema/],
  ];

  assertGood(await kubeconform(good.map((object) => JSON.stringify(object)).join('\n---\n')));
  for (const [object, reason] of bad) {
    const { valid, problems } = await kubeconform(JSON.stringify(object));
    assert.deepEqual(valid, []);
    assert.match(problems.join('\n'), reason);
  }
  const twice = `${stringify(SERVICE)}spec: {}\nspec: {}\n`;
  assert.match((await kubeconform(twice)).problems.join('\n'), /already set/);
});
