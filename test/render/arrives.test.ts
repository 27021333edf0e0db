/**
 * The official charts take mistyped values in silence. So every value that the overlay emits is looked for in the
 * StatefulSet that the real chart renders with it, and what we derive of the server is compared with what the chart makes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chartNameOf, OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import type { Values } from '../../generator/chart/values.ts';
import type { Manifest } from '../../generator/check/manifests.ts';
import { officialFindings } from '../../generator/check/official-chart.ts';
import type { RenderedCluster } from '../../generator/clusters.ts';
import { OFFICIAL_CHARTS as KEPT_CHARTS } from '../support/tools/chart.ts';
import { CASES, caseFolder, dataOf, fileOf, renderCase } from './cases.ts';
import { findChart, findHelm, helmTemplate } from './real-chart.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-arrives-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function manifestsOf(
  rendered: RenderedCluster,
  name: string,
  helm: string,
  chart: string,
): Promise<readonly Manifest[]> {
  const { release } = rendered.plan.config;
  const overlay = path.join(folder, `${name}-${release.chartVersion}.yaml`);
  writeFileSync(overlay, fileOf(rendered, 'vault-values.yaml'));
  const own = release.values.map((file) => path.resolve(caseFolder(name), file));
  return helmTemplate(helm, chart, release, [...own, overlay]);
}

const found = (
  { plan, input }: RenderedCluster,
  overlay: Values,
  manifests: readonly Manifest[],
): readonly string[] => {
  const chart = `${plan.facts.product} ${plan.config.release.chartVersion}`;
  return officialFindings({ overlay, manifests, plan, chart }, input.loaded.source).map(
    ({ message }) => message,
  );
};

const overlayOf = (rendered: RenderedCluster): Values => dataOf<Values>(rendered, 'vault-values.yaml');

const helm = await findHelm();

for (const name of CASES) {
  const { config } = (await renderCase(name)).plan;
  if (!config.restore.enabled) continue;
  const charts = OFFICIAL_CHARTS.filter((chart) => chart.name === chartNameOf(config.release.chart));
  for (const { product, version } of charts) {
    const chart = await findChart(product, version);
    const skip = helm.skip || chart.skip;

    test(`${name} on ${product} ${version}: every value arrives, and lifeboat-restore sees what the server sees`, {
      skip,
    }, async () => {
      const rendered = await renderCase(name, { chartVersion: version });
      const manifests = await manifestsOf(rendered, name, helm.path, chart.path);

      assert.deepEqual(found(rendered, overlayOf(rendered), manifests), []);
    });

    test(`${name} on ${product} ${version}: the built-in table says what --chart reads`, {
      skip: chart.skip,
    }, async () => {
      const builtIn = await renderCase(name, { chartVersion: version });
      const fromChart = await renderCase(name, { chartVersion: version, chart: chart.path });

      assert.deepEqual(fromChart.plan.facts.chart.traits, builtIn.plan.facts.chart.traits);
      assert.deepEqual(fromChart.files, builtIn.files);
    });
  }
}

/** A copy for each place in it, spoiled there: a text that is another one, an entry that is one too many. */
function spoiled(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const inside = value.flatMap((child, index) => spoiled(child).map((copy) => value.with(index, copy)));
    return [...inside, [...value, { name: 'one-more', mountPath: '/one-more' }]];
  }
  if (typeof value !== 'object' || value === null) return [`${String(value)} and more`];
  const entries = Object.entries(value as Values);
  const inside = entries.flatMap(([key, child]) => spoiled(child).map((copy) => ({ ...value, [key]: copy })));
  return [...inside, { ...value, one: 'more' }];
}

test('a value that is not in what the chart renders, wherever it stands in the overlay, is missed', {
  skip: helm.skip,
}, async (t) => {
  const chart = await findChart('vault', '0.34.1');
  if (chart.skip !== false) return t.skip(chart.skip);
  const name = 'vault-auto-unseal-tls';
  const rendered = await renderCase(name);
  const manifests = await manifestsOf(rendered, name, helm.path, chart.path);
  const copies = spoiled(overlayOf(rendered));

  for (const copy of copies) {
    assert.notDeepEqual(found(rendered, copy as Values, manifests), [], JSON.stringify(copy));
  }
  assert.ok(copies.length > 100, `${copies.length} places`);
});

test('every chart version that is kept for tests is built in, and so asked here', () => {
  const kept = KEPT_CHARTS.flatMap(({ chart, versions }) => versions.map((version) => `${chart} ${version}`));

  assert.deepEqual(
    OFFICIAL_CHARTS.map(({ name, version }) => `${name} ${version}`),
    kept,
  );
});
