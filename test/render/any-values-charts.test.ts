/**
 * Any values of a user's, and ours over them, through the real charts: Helm's schemas take them, each entry of theirs
 * is in the pod, lifeboat-restore sees what the server sees, and Kubernetes knows every field.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { OFFICIAL_CHARTS } from '../../generator/chart/official-charts.ts';
import { isMap, listAt, mapAt, printed, type Values, valueAt } from '../../generator/chart/values.ts';
import { type PodSpec, readManifests, serverIn, statefulSetIn } from '../../generator/check/manifests.ts';
import { officialFindings } from '../../generator/check/official-chart.ts';
import { parseYaml } from '../../generator/config/yaml-source.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { KUBERNETES_VERSION } from '../support/kubernetes-schemas.ts';
import { anyValues } from './any-values.ts';
import { dataOf } from './cases.ts';
import { newFolder, RELEASE, renderData, valuesFiles } from './laid-over.ts';
import { findChart, findHelm, helmText } from './real-chart.ts';

/** Each run starts Helm and kubeconform once. */
const RUNS = 30;

const folder = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const helm = await findHelm();
const places = new Map<string, string>();
for (const { name, product, version } of OFFICIAL_CHARTS) {
  const chart = await findChart(product, version);
  if (chart.skip === false) places.set(`${name} ${version}`, chart.path);
}

/** The charts sort the keys of a map. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) =>
    isMap(child) ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))) : child,
  );
}

/** Each of theirs is there, once, unchanged, and in this order. */
function assertAll(there: readonly unknown[] | undefined, theirs: readonly unknown[], what: string): void {
  const wanted = theirs.map(canonical);
  const found = (there ?? []).map(canonical).filter((entry) => wanted.includes(entry));
  assert.deepEqual(found, wanted, what);
}

function assertPod(pod: PodSpec, product: string, values: Values): void {
  const server = pod.containers.find(({ name }) => name === product);
  assert.ok(server !== undefined);
  assertAll(pod.initContainers, listAt(values, 'server.extraInitContainers'), 'init containers');
  assertAll(pod.containers, listAt(values, 'server.extraContainers'), 'containers');
  assertAll(pod.volumes, listAt(values, 'server.volumes'), 'volumes');
  assertAll(server.volumeMounts, listAt(values, 'server.volumeMounts'), 'mounts');
  const pulls = listAt(values, 'global.imagePullSecrets').map((one) => (isMap(one) ? one : { name: one }));
  assertAll(pod.imagePullSecrets, pulls, 'pull secrets');
  const hook = listAt(values, 'server.postStart');
  assert.deepEqual(server.lifecycle?.postStart?.exec?.command?.slice(4), hook);
  const variables = Object.entries(mapAt(values, 'server.extraEnvironmentVars'));
  assertAll(
    server.env?.filter(({ name }) => name.startsWith('X_')).sort((a, b) => (a.name < b.name ? -1 : 1)),
    variables.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value: printed(value) })),
    'variables',
  );
  const secrets = listAt(values, 'server.extraSecretEnvironmentVars').filter(isMap);
  assert.deepEqual(
    server.env?.filter(({ name }) => name.startsWith('S_')).map(({ name }) => name),
    secrets.map(({ envName }) => envName),
  );
}

test('any values of a user are whole in the pod that the real chart makes of them and ours', {
  skip: helm.skip || (places.size === 0 ? 'no official chart is here' : false),
}, async (t) => {
  const kubeconform = await requireKubeconform(t);
  if (kubeconform === undefined) return;
  const possible = anyValues.filter(({ chart }) => places.has(`${chart.name} ${chart.version}`));

  await fc.assert(
    fc.asyncProperty(possible, async ({ chart, values, more }) => {
      const rendered = renderData(chart, values, more);
      const place = places.get(`${chart.name} ${chart.version}`) ?? '';
      const files = valuesFiles(folder, values, rendered);

      const text = await helmText(helm.path, place, RELEASE, files, KUBERNETES_VERSION);

      const manifests = readManifests(text);
      const set = statefulSetIn(manifests);
      assert.ok(set !== undefined && serverIn(set, chart.product) !== undefined);
      assertPod(set.spec.template.spec, chart.product, values);
      const annotations = valueAt(values, 'server.serviceAccount.annotations');
      const account = manifests.find(
        ({ kind, metadata }) =>
          kind === 'ServiceAccount' && metadata.name === rendered.plan.facts.account.name,
      );
      const theirs =
        typeof annotations === 'string' ? parseYaml('', annotations, { version: '1.1' }).data : annotations;
      for (const [key, value] of Object.entries(theirs as Values))
        assert.equal(account?.metadata.annotations?.[key], value);
      const overlay = dataOf<Values>(rendered, 'vault-values.yaml');
      const rendering = { overlay, manifests, plan: rendered.plan, chart: chart.version };
      const source = parseYaml('lifeboat.yaml', 'release: {chartVersion: 1}', { version: '1.2' });
      assert.deepEqual(
        officialFindings(rendering, source).map(({ message }) => message),
        [],
      );
      assert.deepEqual((await kubeconform(text)).problems, []);
    }),
    { numRuns: RUNS },
  );
});
