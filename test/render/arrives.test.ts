/**
 * The official charts take mistyped values in silence. So every value that the overlay emits is looked for in the
 * StatefulSet that the real chart renders with it, and what we derive of the server is compared with what the chart makes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chartNameOf } from '../../generator/chart/official-charts.ts';
import type { Rendered } from '../../generator/render/render.ts';
import { CASES, caseFolder, dataOf, fileOf, renderCase } from './cases.ts';
import {
  helmBinary,
  helmTemplate,
  type Manifest,
  officialChart,
  type StatefulSet,
  statefulSetOf,
} from './real-chart.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-arrives-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Overlay {
  readonly global?: { readonly imagePullSecrets: readonly (string | { name: string })[] };
  readonly server: {
    readonly extraInitContainers: readonly { readonly name: string }[];
    readonly volumes: readonly { readonly name: string }[];
    readonly volumeMounts: readonly { readonly name: string }[];
    readonly postStart: readonly string[];
  };
}

async function withChart(rendered: Rendered, name: string, chart: string): Promise<readonly Manifest[]> {
  const helm = helmBinary();
  assert.ok(helm !== undefined);
  const overlay = path.join(folder, `${name}.yaml`);
  writeFileSync(overlay, fileOf(rendered, 'vault-values.yaml'));
  const { release } = rendered.plan.config;
  const own = release.values.map((file) => path.join(caseFolder(name), file));
  return helmTemplate(helm, chart, release, [...own, overlay]);
}

/** What a template of the chart makes of text: OpenBao's chart evaluates the init containers. */
function evaluated(value: unknown, release: string): unknown {
  const text = JSON.stringify(value).replaceAll('{{ .Release.Name }}', release).replaceAll('{{`{{`}}', '{{');
  return JSON.parse(text);
}

function assertArrived(set: StatefulSet, overlay: Overlay, rendered: Rendered): void {
  const pod = set.spec.template.spec;
  const { facts, config } = rendered.plan;
  const server = pod.containers.find(({ name }) => name === facts.product);
  assert.ok(server !== undefined);

  const wanted = facts.chart.traits.initContainersAreTemplates
    ? evaluated(overlay.server.extraInitContainers, config.release.name)
    : overlay.server.extraInitContainers;
  assert.deepEqual(pod.initContainers, wanted);
  assert.deepEqual(
    pod.initContainers.slice(0, 2).map(({ name }) => name),
    ['lifeboat-init', 'lifeboat-restore'],
  );
  for (const volume of overlay.server.volumes) {
    assert.deepEqual(
      pod.volumes.find(({ name }) => name === volume.name),
      volume,
    );
  }
  for (const mount of overlay.server.volumeMounts) {
    assert.deepEqual(
      server.volumeMounts?.find(({ name }) => name === mount.name),
      mount,
    );
  }
  assert.deepEqual(server.lifecycle?.postStart?.exec.command, overlay.server.postStart);
  if (overlay.global !== undefined) {
    const secrets = overlay.global.imagePullSecrets.map((entry) =>
      typeof entry === 'string' ? { name: entry } : entry,
    );
    assert.deepEqual(pod.imagePullSecrets, secrets);
  }
}

for (const name of CASES) {
  const { config } = (await renderCase(name)).plan;
  if (!config.restore.enabled) continue;
  const chartName = chartNameOf(config.release.chart);
  const chart = officialChart(chartName, config.release.chartVersion);
  const missing =
    helmBinary() === undefined ? 'no helm' : `no chart ${chartName} ${config.release.chartVersion}`;
  const skip = helmBinary() === undefined || chart === undefined ? missing : false;

  test(`${name}: every value arrives in the StatefulSet`, { skip }, async () => {
    const rendered = await renderCase(name);
    const set = statefulSetOf(await withChart(rendered, name, chart ?? ''));

    assertArrived(set, dataOf<Overlay>(rendered, 'vault-values.yaml'), rendered);
  });

  test(`${name}: the container lifeboat-restore sees what the server sees`, { skip }, async () => {
    const rendered = await renderCase(name);
    const { initContainers, containers, volumes } = statefulSetOf(
      await withChart(rendered, name, chart ?? ''),
    ).spec.template.spec;
    const restore = initContainers.find((container) => container.name === 'lifeboat-restore');
    const server = containers.find((container) => container.name === rendered.plan.facts.product);
    assert.ok(restore !== undefined && server !== undefined);

    assert.deepEqual(restore.env, server.env);
    assert.equal(restore.image, server.image);
    assert.deepEqual(restore.securityContext, server.securityContext);
    assert.deepEqual(restore.resources, server.resources);
    const sorted = (container: typeof server) =>
      (container.volumeMounts ?? []).map(({ name: volume, mountPath }) => `${volume} at ${mountPath}`).sort();
    assert.deepEqual(sorted(restore), sorted(server));
    // Only the server may write snapshots (its receipts).
    const names = new Set([...volumes.map((volume) => volume.name), 'data', 'audit']);
    for (const { volumeMounts } of initContainers) {
      for (const mount of volumeMounts ?? []) assert.ok(names.has(mount.name), mount.name);
    }
  });

  test(`${name}: what is read from the values is what the chart makes of them`, { skip }, async () => {
    const rendered = await renderCase(name);
    const manifests = await withChart(rendered, name, chart ?? '');
    const set = statefulSetOf(manifests);
    const { facts, backup } = rendered.plan;
    const services = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    const serviceOf = (address: string) => new URL(address).hostname.split('.')[0] ?? '';

    assert.equal(set.metadata.name, facts.fullname);
    assert.equal(set.spec.replicas, facts.replicas);
    assert.equal(set.spec.serviceName, facts.internalService);
    assert.equal(set.spec.template.spec.serviceAccountName, facts.serviceAccount);
    assert.ok(set.spec.volumeClaimTemplates.some(({ metadata }) => metadata.name === 'data'));
    assert.ok(services.includes(serviceOf(backup.vault.address)), backup.vault.address);
    for (const peer of backup.vault.peers) assert.equal(serviceOf(peer).replace(/-\d+$/, ''), facts.fullname);
    const configMap = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `${facts.fullname}-config`,
    );
    assert.ok(configMap?.data?.['extraconfig-from-values.hcl']?.includes(`path = "${facts.dataPath}"`));
  });

  test(`${name}: the built-in table says what --chart reads`, {
    skip: chart === undefined ? missing : false,
  }, async () => {
    const builtIn = await renderCase(name);
    const fromChart = await renderCase(name, chart);

    assert.deepEqual(fromChart.plan.facts.chart.traits, builtIn.plan.facts.chart.traits);
    assert.deepEqual(fromChart.files, builtIn.files);
  });
}
