/** Each policy is kept by what we render today, and finds what breaks it: the rendered objects are changed in one place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundledChartFolder } from '../../generator/bundled-chart.ts';
import type { Rule } from '../../generator/check/finding.ts';
import type { Manifest } from '../../generator/check/manifests.ts';
import { readManifests } from '../../generator/check/manifests.ts';
import { isPinned } from '../../generator/check/policies/images.ts';
import { policyFindings } from '../../generator/check/policies/policies.ts';
import type { PolicyView } from '../../generator/check/policies/view.ts';
import type { RenderedCluster } from '../../generator/clusters.ts';
import { renderChart } from '../../generator/helm/render-chart.ts';
import { CASES, fileOf, renderCase } from '../render/cases.ts';
import { findChart, findHelm } from '../render/real-chart.ts';

const helm = await findHelm();
process.env.HELM_BIN = helm.path;

async function textOf(
  chart: string,
  release: { name: string; namespace: string },
  values: readonly string[],
) {
  const answer = await renderChart({ chart, release, values, kubernetes: '1.34.0' });
  if (!answer.ok) throw new Error(answer.reason);
  return answer.text;
}

async function viewOf(rendered: RenderedCluster, chart: string): Promise<PolicyView> {
  const { plan, files, input } = rendered;
  const { release, backup } = plan.config;
  const own = input.valuesFiles.map(({ text }) => text);
  const server = await textOf(chart, release, [...own, fileOf(rendered, 'vault-values.yaml')]);
  const ours = await textOf(
    await bundledChartFolder(),
    { name: plan.names.lifeboat, namespace: backup.namespace },
    [fileOf(rendered, 'lifeboat-values.yaml')],
  );
  return { plan, files, official: readManifests(server), own: readManifests(ours) };
}

async function scene(name: string): Promise<{ rendered: RenderedCluster; view: PolicyView } | string> {
  const rendered = await renderCase(name);
  const { product, chart } = rendered.plan.facts;
  const found = await findChart(product, chart.version);
  if (found.skip !== false) return found.skip;
  return { rendered, view: await viewOf(rendered, found.path) };
}

for (const name of CASES) {
  test(`${name}: every policy is kept`, { skip: helm.skip }, async (t) => {
    const there = await scene(name);
    if (typeof there === 'string') return t.skip(there);
    const { view, rendered } = there;

    const found = policyFindings(view, rendered.input.loaded.source).map(({ rule, message }) => [
      rule,
      message,
    ]);

    assert.deepEqual(found, []);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a test changes any place of the rendered objects
type Open = any;

interface Broken {
  readonly rule: Rule;
  readonly how: string;
  readonly change: (view: { official: Open[]; own: Open[]; files: Open[] }) => void;
}

const kind = (objects: Open[], wanted: string): Open => objects.find((one: Manifest) => one.kind === wanted);
const serverPod = (objects: Open[]): Open => kind(objects, 'StatefulSet').spec.template.spec;
const initOf = (objects: Open[]): Open => serverPod(objects).initContainers[0];
const backupPod = (objects: Open[]): Open => kind(objects, 'CronJob').spec.jobTemplate.spec.template.spec;
const backupOf = (objects: Open[]): Open => backupPod(objects).containers[0];
function changeFile(files: Open[], name: string, change: (text: string) => string): void {
  const file = files.find((one) => one.name === name);
  file.text = change(file.text);
}

const BROKEN: readonly Broken[] = [
  {
    rule: 'restricted-containers',
    how: 'an init container of ours that may gain privileges',
    change: ({ official }) =>
      Object.assign(initOf(official).securityContext, { allowPrivilegeEscalation: true }),
  },
  {
    rule: 'restricted-containers',
    how: 'a backup that keeps its capabilities',
    change: ({ own }) => delete backupOf(own).securityContext.capabilities,
  },
  {
    rule: 'restricted-containers',
    how: 'a backup that runs as root',
    change: ({ own }) => Object.assign(backupPod(own).securityContext, { runAsUser: 0 }),
  },
  {
    rule: 'no-host-access',
    how: 'a pod in the network of its node',
    change: ({ own }) => Object.assign(backupPod(own), { hostNetwork: true }),
  },
  {
    rule: 'no-literal-secret',
    how: 'a password in a variable of the backup',
    change: ({ own }) => Object.assign(backupOf(own), { env: [{ name: 'PROXY_PASSWORD', value: 'abc' }] }),
  },
  {
    rule: 'no-literal-secret',
    how: 'an access key inside of the slice',
    change: ({ official }) => {
      const [variable] = initOf(official).env;
      variable.value = JSON.stringify({ ...JSON.parse(variable.value), user: `AKIA${'IOSFODNN7EXAMPLE'}` });
    },
  },
  {
    rule: 'secrets-optional',
    how: 'a Secret that the kubelet waits for',
    change: ({ official }) => {
      const volume = serverPod(official).volumes.find(
        ({ name }: { name: string }) => name === 'lifeboat-unseal',
      );
      volume.secret.optional = false;
    },
  },
  {
    rule: 'either-chart-first',
    how: "a server that mounts our chart's ConfigMap",
    change: ({ official, own }) =>
      serverPod(official).volumes.push({
        name: 'theirs',
        configMap: { name: kind(own, 'ConfigMap').metadata.name },
      }),
  },
  {
    rule: 'either-chart-first',
    how: "a backup with the server's service account",
    change: ({ official, own }) => {
      backupPod(own).serviceAccountName = kind(official, 'ServiceAccount').metadata.name;
    },
  },
  {
    rule: 'one-backup-at-a-time',
    how: 'a CronJob that runs beside itself',
    change: ({ own }) => Object.assign(kind(own, 'CronJob').spec, { concurrencyPolicy: 'Allow' }),
  },
  {
    rule: 'network-policy',
    how: 'none',
    change: ({ own }) => own.splice(own.indexOf(kind(own, 'NetworkPolicy')), 1),
  },
  {
    rule: 'network-policy',
    how: 'one that selects other pods',
    change: ({ own }) =>
      Object.assign(kind(own, 'NetworkPolicy').spec.podSelector.matchLabels, {
        'app.kubernetes.io/name': 'other',
      }),
  },
  {
    rule: 'network-policy',
    how: 'one that keeps Vault out of reach',
    change: ({ own }) => Object.assign(kind(own, 'NetworkPolicy').spec, { egress: [] }),
  },
  {
    rule: 'network-policy',
    how: 'one that lets others in',
    change: ({ own }) => Object.assign(kind(own, 'NetworkPolicy').spec, { ingress: [{}] }),
  },
  {
    rule: 'image-pinned',
    how: 'a tag that moves',
    change: ({ own }) => Object.assign(backupOf(own), { image: 'registry.example/lifeboat:latest' }),
  },
  {
    rule: 'policy-least-privilege',
    how: 'a policy that writes',
    change: ({ files }) =>
      changeFile(files, 'vault-policy.hcl', (text) => text.replace('["read"]', '["read", "update"]')),
  },
  {
    rule: 'bucket-least-privilege',
    how: 'a right to write to the whole bucket',
    change: ({ files }) =>
      changeFile(files, 's3-policy-backup.json', (text) => text.replaceAll('/payments-vault/*', '/*')),
  },
  {
    rule: 'cluster-least-privilege',
    how: 'a Role that opens Secrets',
    change: ({ files }) =>
      changeFile(files, 'rbac.yaml', (text) => text.replace('persistentvolumeclaims', 'secrets')),
  },
];

for (const { rule, how, change } of BROKEN) {
  test(`${rule}: finds ${how}`, { skip: helm.skip }, async (t) => {
    const there = await scene('vault-s3-approle');
    if (typeof there === 'string') return t.skip(there);
    const { view, rendered } = there;
    const { official, own, files } = structuredClone({ ...view, plan: undefined }) as Open;
    change({ official, own, files });

    const found = policyFindings({ plan: view.plan, official, own, files }, rendered.input.loaded.source);

    assert.deepEqual([...new Set(found.map((one) => one.rule))], [rule]);
    assert.deepEqual(
      [...new Set(found.map(({ level }) => level))],
      [rule === 'image-pinned' ? 'warning' : 'error'],
    );
    assert.ok(
      found.every(({ line }) => line !== undefined),
      'each leads to a line of lifeboat.yaml',
    );
  });
}

test('image-pinned: a digest and a whole version stay, everything else moves', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const stay = [
    `a/b@${digest}`,
    `a/b:latest@${digest}`,
    'host:5000/a/b:1.2.3',
    'a:v1.2.3',
    'a:1.21.1-ent',
    'a:1.2.3-alpine3.20',
  ];
  const move = ['a', 'a/b', 'host:5000/a', 'a:latest', 'a:1', 'a:1.21', 'a:main', 'a@sha256:0'];

  assert.deepEqual(
    stay.filter((image) => !isPinned(image)),
    [],
  );
  assert.deepEqual(move.filter(isPinned), []);
});
