/** ci/full-values.yaml sets every value, and every value arrives in the rendered objects. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { at, CHART, ciPath, helmTest, listAt, manifests, ofKind, pod, template } from './helm.ts';

async function valuesOf(file: string): Promise<unknown> {
  return parse(await readFile(file, 'utf8'));
}

/** Paths of everything that is no map with entries. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** Defaults that a setting of its own leaves as they are, to stay within the profile "restricted". */
const KEPT = new Set([
  'podSecurityContext.runAsNonRoot',
  'podSecurityContext.seccompProfile.type',
  'networkPolicy.enabled',
]);

test('the file sets every value of the chart to something else than its default', async () => {
  const [defaults, full] = await Promise.all([
    valuesOf(join(CHART, 'values.yaml')),
    valuesOf(ciPath('full')),
  ]);
  for (const path of leaves(defaults)) {
    const name = path.join('.');
    if (KEPT.has(name) || name.startsWith('securityContext.')) continue;
    assert.notEqual(at(full, ...path), undefined, `${name} is not set`);
    assert.notDeepEqual(at(full, ...path), at(defaults, ...path), `${name} is set to its default`);
  }
});

helmTest('the values of the CronJob arrive', async () => {
  const cronJob = ofKind(await manifests('full'), 'CronJob');
  assert.equal(at(cronJob, 'metadata', 'name'), 'payments-lifeboat');
  assert.equal(at(cronJob, 'metadata', 'labels', 'team'), 'storage');
  assert.equal(at(cronJob, 'metadata', 'labels', 'app.kubernetes.io/name'), 'boat');
  const { jobTemplate, ...spec } = cronJob.spec as Record<string, unknown>;
  assert.deepEqual(spec, {
    schedule: '15 3 * * 1-5',
    timeZone: 'Europe/Berlin',
    suspend: true,
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 1200,
    successfulJobsHistoryLimit: 7,
    failedJobsHistoryLimit: 9,
  });
  assert.equal(at(jobTemplate, 'spec', 'activeDeadlineSeconds'), 2_000_000);
  assert.equal(at(jobTemplate, 'spec', 'backoffLimit'), 5);
});

helmTest('large numbers are written as integers, which Kubernetes wants', async () => {
  const { stdout } = await template('full');
  assert.match(stdout, / activeDeadlineSeconds: 2000000\n/);
  assert.match(stdout, / runAsUser: 1000650000\n/);
});

helmTest('the values of the pod arrive', async () => {
  const full = await valuesOf(ciPath('full'));
  const { metadata, spec } = await pod('full');
  assert.equal(at(metadata, 'labels', 'team'), 'storage');
  assert.equal(at(metadata, 'labels', 'sidecar.example/inject'), 'false');
  assert.equal(at(metadata, 'annotations', 'example.com/note'), '10');
  assert.equal(at(spec, 'serviceAccountName'), 'made-elsewhere');
  const same = [
    'imagePullSecrets',
    'nodeSelector',
    'tolerations',
    'affinity',
    'topologySpreadConstraints',
    'priorityClassName',
  ];
  for (const knob of same) assert.deepEqual(at(spec, knob), at(full, knob), knob);
  assert.deepEqual(at(spec, 'securityContext'), {
    ...(at(full, 'podSecurityContext') as object),
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  assert.deepEqual(listAt(spec, 'volumes').at(-1), { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } });
});

helmTest('the values of the container arrive', async () => {
  const full = await valuesOf(ciPath('full'));
  const container = at(await pod('full'), 'spec', 'containers', 0);
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  assert.equal(at(container, 'image'), `images.example:5000/tools/vault-lifeboat:1.10@${digest}`);
  assert.equal(at(container, 'imagePullPolicy'), 'Always');
  assert.deepEqual(at(container, 'resources'), at(full, 'resources'));
  assert.deepEqual(at(container, 'env'), at(full, 'extraEnv'));
  assert.equal(at(container, 'securityContext', 'runAsNonRoot'), true);
  assert.deepEqual(listAt(container, 'volumeMounts').at(-1), { name: 'scratch', mountPath: '/scratch' });
});

helmTest('the values of the network policy arrive', async () => {
  const full = await valuesOf(ciPath('full'));
  const rules = listAt(ofKind(await manifests('full'), 'NetworkPolicy'), 'spec', 'egress');
  assert.deepEqual(rules.slice(1), [
    { ports: [{ protocol: 'TCP', port: 8443 }] },
    ...listAt(full, 'networkPolicy', 'extraEgress'),
  ]);
});

helmTest(
  'an extra manifest is taken as it is where it is a map, and is a template where it is a text',
  async () => {
    const names = new Map(
      (await manifests('full')).map((object) => [at(object, 'metadata', 'name'), object]),
    );
    assert.deepEqual(at(names.get('taken-as-it-is'), 'data'), { text: '{{ $labels.job }}' });
    assert.ok(names.has('payments-lifeboat-from-text'));
  },
);
