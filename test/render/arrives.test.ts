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
import type { Rendered } from '../../generator/render/render.ts';
import { CASES, caseFolder, dataOf, fileOf, renderCase } from './cases.ts';
import {
  type Container,
  findChart,
  findHelm,
  helmTemplate,
  type Manifest,
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

async function manifestsOf(
  rendered: Rendered,
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

/** What the second init container has in common with the server. */
function assertSameSight(set: StatefulSet, { plan }: Rendered): void {
  const { initContainers, containers, volumes } = set.spec.template.spec;
  const restore = initContainers.find((container) => container.name === 'lifeboat-restore');
  const server = containers.find((container) => container.name === plan.facts.product);
  assert.ok(restore !== undefined && server !== undefined);

  assert.deepEqual(restore.env, server.env);
  assert.equal(restore.image, server.image);
  assert.deepEqual(restore.securityContext, server.securityContext);
  assert.deepEqual(restore.resources, server.resources);
  const places = (container: Container) =>
    (container.volumeMounts ?? []).map(({ name, mountPath }) => `${name} at ${mountPath}`).sort();
  assert.deepEqual(places(restore), places(server));
  const names = new Set([...volumes.map(({ name }) => name), 'data', 'audit']);
  for (const { volumeMounts } of initContainers) {
    for (const mount of volumeMounts ?? []) assert.ok(names.has(mount.name), mount.name);
  }
}

/** What was derived from the values is what the chart makes of them. */
function assertSameFacts(manifests: readonly Manifest[], { plan }: Rendered): void {
  const { facts, backup } = plan;
  const set = statefulSetOf(manifests);
  const named = (kind: string) => manifests.filter((one) => one.kind === kind);
  const hostOf = (address: string) => new URL(address).hostname.split('.')[0] ?? '';

  assert.equal(set.metadata.name, facts.fullname);
  assert.equal(set.spec.replicas, facts.replicas);
  assert.equal(set.spec.serviceName, facts.internalService);
  assert.equal(set.spec.template.spec.serviceAccountName, facts.serviceAccount);
  assert.ok(set.spec.volumeClaimTemplates.some(({ metadata }) => metadata.name === 'data'));
  const services = named('Service').map(({ metadata }) => metadata.name);
  assert.ok(services.includes(hostOf(backup.vault.address)), backup.vault.address);
  for (const peer of backup.vault.peers) assert.equal(hostOf(peer).replace(/-\d+$/, ''), facts.fullname);
  const config = named('ConfigMap').find(({ metadata }) => metadata.name === `${facts.fullname}-config`);
  const text = config?.data?.['extraconfig-from-values.hcl'] ?? '';
  assert.ok(text.includes(`path = "${facts.dataPath}"`), text);
}

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
      const set = statefulSetOf(manifests);

      assertArrived(set, dataOf<Overlay>(rendered, 'vault-values.yaml'), rendered);
      assertSameSight(set, rendered);
      assertSameFacts(manifests, rendered);
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
