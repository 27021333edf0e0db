/**
 * The containers of a restore before the API server's own Pod Security admission: lifeboat-init is what `restricted`
 * admits, and a pod that was admitted before is admitted with both containers in it.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { OFFICIAL_CHARTS, type OfficialChart } from '../../generator/chart/official-charts.ts';
import { type PodSpec, statefulSetIn } from '../../generator/check/manifests.ts';
import { requireTool } from '../support/skip.ts';
import { fileOf } from './cases.ts';
import { type Data, newFolder, RELEASE, renderData, valuesFiles } from './laid-over.ts';
import { findChart, findHelm, helmTemplate } from './real-chart.ts';

const OWN_CHART = path.resolve(import.meta.dirname, '../../charts/vault-lifeboat');
const folder = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const helm = await findHelm();

/** What the admission refuses at `restricted`; undefined where the test was skipped. */
async function refused(t: TestContext, spec: PodSpec): Promise<readonly string[] | undefined> {
  const tool = await requireTool(t, 'podsecurity');
  if (tool === undefined) return undefined;
  const { stdout } = await execa(tool.path, ['restricted'], { input: JSON.stringify({ spec }) });
  return stdout.split('\n').filter((line) => line !== '');
}

async function podOf(chart: OfficialChart, place: string, server: Data): Promise<PodSpec> {
  const values = { server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } }, ...server } };
  const rendered = renderData(chart, values);
  const files = valuesFiles(folder, values, rendered);
  const set = statefulSetIn(await helmTemplate(helm.path, place, RELEASE, files));
  assert.ok(set !== undefined);
  return set.spec.template.spec;
}

/** The containers of this name alone, in the pod as it is otherwise. */
function only(spec: PodSpec, ...names: readonly string[]): PodSpec {
  const kept = ({ name }: { readonly name: string }) => names.includes(name);
  return {
    ...spec,
    initContainers: (spec.initContainers ?? []).filter(kept),
    containers: spec.containers.filter(kept),
  };
}

const context = (container: Data, pod?: Data): Data => ({
  statefulSet: { securityContext: { container, ...(pod === undefined ? {} : { pod }) } },
});

/** What makes the official chart's own server restricted. */
const RESTRICTED = context(
  { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  { runAsNonRoot: true, runAsUser: 100, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
);

for (const chart of OFFICIAL_CHARTS) {
  const found = await findChart(chart.product, chart.version);
  const skip = helm.skip || found.skip;
  const name = `${chart.name} ${chart.version}`;

  test(`${name}: restricted admits lifeboat-init, whatever the pod says`, { skip }, async (t) => {
    // A pod context that allows everything: the container must say all by itself.
    const spec = await podOf(chart, found.path, context({ privileged: true }, { fsGroup: 1000 }));

    const init = await refused(t, only(spec, 'lifeboat-init'));
    if (init === undefined) return;
    assert.deepEqual(init, []);
    // The server itself, and what is like it, is refused here: the admission looks.
    assert.notDeepEqual(await refused(t, only(spec, 'lifeboat-restore')), []);
    assert.notDeepEqual(await refused(t, only(spec, chart.product)), []);
  });

  test(`${name}: a server that restricted admits is admitted with both containers`, { skip }, async (t) => {
    const spec = await podOf(chart, found.path, RESTRICTED);

    const whole = await refused(t, spec);
    if (whole === undefined) return;
    assert.deepEqual(whole, []);
    assert.equal(spec.initContainers?.length, 2);
  });
}

test('restricted admits the pod of the backup', { skip: helm.skip }, async (t) => {
  const [chart] = OFFICIAL_CHARTS;
  assert.ok(chart !== undefined);
  const values = { server: { ha: { enabled: true, raft: { enabled: true } } } };
  const rendered = renderData(chart, values, { restore: { enabled: false } });
  const file = path.join(folder, 'lifeboat-values.yaml');
  writeFileSync(file, fileOf(rendered, 'lifeboat-values.yaml'));
  const manifests = await helmTemplate(helm.path, OWN_CHART, RELEASE, [file]);
  const cronJob = manifests.find(({ kind }) => kind === 'CronJob')?.spec as {
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };

  const found = await refused(t, cronJob.jobTemplate.spec.template.spec);

  if (found !== undefined) assert.deepEqual(found, []);
});

test('lifeboat-init is the user that owns the data, and only root where the server is root', async (t) => {
  const [chart] = OFFICIAL_CHARTS;
  assert.ok(chart !== undefined);
  const found = await findChart(chart.product, chart.version);
  if (helm.skip || found.skip) return t.skip(helm.skip || found.skip || '');
  const contextOf = async (server: Data): Promise<unknown> =>
    (await podOf(chart, found.path, server)).initContainers?.[0]?.securityContext;
  const restricted = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const seLinuxOptions = { level: 's0:c1,c2' };

  // Of 0 the chart makes its default, which is not root.
  assert.equal((await podOf(chart, found.path, { uid: 0 })).securityContext?.runAsUser, 100);
  assert.deepEqual(await contextOf({}), { runAsNonRoot: true, ...restricted });
  assert.deepEqual(await contextOf(context({ runAsUser: 7, runAsGroup: 8, seLinuxOptions })), {
    runAsUser: 7,
    runAsGroup: 8,
    seLinuxOptions,
    runAsNonRoot: true,
    ...restricted,
  });
  assert.deepEqual(await contextOf({ uid: 0 }), { runAsNonRoot: true, ...restricted });
  // The kubelet would never start a container that says runAsNonRoot in a pod of root's.
  assert.deepEqual(await contextOf(context({}, { runAsUser: 0 })), restricted);
  assert.deepEqual(await contextOf(context({ runAsUser: 0 }, { runAsUser: 7 })), {
    runAsUser: 0,
    ...restricted,
  });
  assert.deepEqual(await contextOf(context({ runAsUser: 7 }, { runAsUser: 0 })), {
    runAsUser: 7,
    runAsNonRoot: true,
    ...restricted,
  });
});
