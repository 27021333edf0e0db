/**
 * Any valid configuration renders to what the real charts and Kubernetes accept: Helm holds the values against the
 * schema of each chart, and kubeconform every object that comes out against the types of the API server.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import { type Rendered, render } from '../../generator/render/render.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { KUBERNETES_VERSION } from '../support/kubernetes-schemas.ts';
import { type AnyConfig, anyConfig, inputOf } from './any-config.ts';
import { fileOf } from './cases.ts';
import { findChart, findHelm, helmText } from './real-chart.ts';

/** Each run starts Helm twice and kubeconform once. */
const RUNS = 30;
const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-any-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const helm = await findHelm();
const charts = new Map<string, string>();
for (const { name, product, version } of OFFICIAL_CHARTS) {
  const chart = await findChart(product, version);
  if (chart.skip === false) charts.set(`${name} ${version}`, chart.path);
}

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** What Helm makes of both charts, and the rights that stand beside them. */
async function manifestsOf(given: AnyConfig, chart: string, rendered: Rendered): Promise<readonly string[]> {
  const { config, names } = rendered.plan;
  const own = written('my-values.yaml', given.values);
  const overlay = written('vault-values.yaml', fileOf(rendered, 'vault-values.yaml'));
  const values = written('lifeboat-values.yaml', fileOf(rendered, 'lifeboat-values.yaml'));
  const backup = { name: names.lifeboat, namespace: config.backup.namespace };
  return [
    await helmText(helm.path, chart, config.release, [own, overlay], KUBERNETES_VERSION),
    await helmText(helm.path, OWN_CHART, backup, [values], KUBERNETES_VERSION),
    ...rendered.files.filter(({ name }) => name === 'rbac.yaml').map(({ text }) => text),
  ];
}

test('any valid configuration renders to what the schemas of both charts and Kubernetes accept', {
  skip: helm.skip || (charts.size === 0 ? 'no official chart is here' : false),
}, async (t) => {
  const kubeconform = await requireKubeconform(t);
  if (kubeconform === undefined) return;
  const possible = anyConfig.filter(({ chart }) => charts.has(`${chart.name} ${chart.version}`));

  await fc.assert(
    fc.asyncProperty(possible, async (given) => {
      const rendered = render(inputOf(given));
      const chart = charts.get(`${given.chart.name} ${given.chart.version}`) ?? '';

      const texts = await manifestsOf(given, chart, rendered);
      const { valid, problems } = await kubeconform(texts.join('\n---\n'));

      assert.deepEqual(problems, []);
      const { facts, names } = rendered.plan;
      for (const object of [`StatefulSet/${facts.fullname}`, `CronJob/${names.lifeboat}`])
        assert.ok(valid.includes(object), `${object} is not in ${valid.join(', ')}`);
    }),
    { numRuns: RUNS },
  );
});
