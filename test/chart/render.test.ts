/**
 * What every rendering has: it lints, is the same each time, and its objects are whole. The types of the API server
 * are the matter of kubeconform.test.ts; what it would have to be told first is asserted here, with helm alone.
 */
import assert from 'node:assert/strict';
import {
  at,
  CHART,
  CI_FILES,
  ciPath,
  helm,
  helmTest,
  listAt,
  type Manifest,
  manifests,
  NAMESPACE,
  ofKind,
  RELEASE,
  template,
} from './helm.ts';

const API_VERSIONS: Readonly<Record<string, string>> = {
  CronJob: 'batch/v1',
  ConfigMap: 'v1',
  ServiceAccount: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
};

/** What the API server wants of each kind, beside a name. */
const REQUIRED: Readonly<Record<string, readonly (readonly (string | number)[])[]>> = {
  CronJob: [
    ['spec', 'schedule'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, 'name'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, 'image'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'restartPolicy'],
  ],
  ConfigMap: [['data', 'backup.json']],
  ServiceAccount: [['automountServiceAccountToken']],
  NetworkPolicy: [['spec', 'podSelector']],
};

const LABELS = ['component', 'instance', 'managed-by', 'name', 'part-of', 'version'];

/** Without those of extraManifests. */
function ours(objects: readonly Manifest[]): readonly Manifest[] {
  return objects.filter((object) => at(object, 'metadata', 'namespace') !== undefined);
}

for (const file of CI_FILES) {
  helmTest(`helm lint --strict passes with ci/${file}-values.yaml`, async () => {
    const { code, stdout, stderr } = await helm(['lint', '--strict', CHART, '--values', ciPath(file)]);
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /WARNING|ERROR/);
  });

  helmTest(`ci/${file}-values.yaml renders to the same bytes twice`, async () => {
    const [first, second] = await Promise.all([template(file), template(file)]);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
  });

  helmTest(
    `each object of ci/${file}-values.yaml is whole and carries the seven recommended labels`,
    async () => {
      const objects = ours(await manifests(file));
      assert.equal(objects.length, file === 'full' ? 3 : 4);
      for (const object of objects) {
        const kind = String(object.kind);
        assert.equal(object.apiVersion, API_VERSIONS[kind], kind);
        assert.equal(at(object, 'metadata', 'namespace'), NAMESPACE);
        assert.match(String(at(object, 'metadata', 'name')), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
        for (const path of REQUIRED[kind] ?? [])
          assert.notEqual(at(object, ...path) ?? '', '', `${kind}: ${path.join('.')}`);
        const labels = at(object, 'metadata', 'labels') as Record<string, string>;
        for (const label of LABELS) assert.ok(labels[`app.kubernetes.io/${label}`], `${kind}: ${label}`);
        assert.match(String(labels['helm.sh/chart']), /^vault-lifeboat-\d/);
      }
    },
  );

  helmTest(
    `the network policy of ci/${file}-values.yaml selects the pod by labels that outlive a version`,
    async () => {
      const objects = await manifests(file);
      const selector = at(ofKind(objects, 'NetworkPolicy'), 'spec', 'podSelector', 'matchLabels') as object;
      assert.deepEqual(Object.keys(selector).sort(), [
        'app.kubernetes.io/component',
        'app.kubernetes.io/instance',
        'app.kubernetes.io/name',
      ]);
      const template = at(ofKind(objects, 'CronJob'), 'spec', 'jobTemplate', 'spec', 'template');
      const labels = at(template, 'metadata', 'labels') as Record<string, unknown>;
      for (const [label, value] of Object.entries(selector)) assert.equal(labels[label], value);
    },
  );
}

helmTest(
  'the name of the objects is the release and the chart, or the release alone where it says so already',
  async () => {
    const name = async (release: string): Promise<unknown> =>
      at(ofKind(await manifests('directory', { release }), 'CronJob'), 'metadata', 'name');
    assert.equal(await name('payments'), 'payments-vault-lifeboat');
    assert.equal(await name('my-vault-lifeboat'), 'my-vault-lifeboat');
  },
);

helmTest('without a network policy and a service account of its own, the chart makes neither', async () => {
  const objects = await manifests('directory', {
    values: { networkPolicy: { enabled: false }, serviceAccount: { create: false } },
  });
  assert.deepEqual(objects.map(({ kind }) => kind).sort(), ['ConfigMap', 'CronJob']);
  assert.equal(
    at(ofKind(objects, 'CronJob'), 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'serviceAccountName'),
    'default',
  );
});

helmTest('the service account carries the role of the cloud and no token for the API', async () => {
  const account = ofKind(await manifests('s3-kubernetes'), 'ServiceAccount');
  assert.equal(at(account, 'metadata', 'name'), 'vault-lifeboat');
  assert.deepEqual(at(account, 'metadata', 'annotations'), {
    'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/vault-backup',
  });
  assert.equal(account.automountServiceAccountToken, false);
});

helmTest('nothing may connect to the pod, and it may reach DNS and the named ports alone', async () => {
  const { spec } = ofKind(await manifests('s3-approle'), 'NetworkPolicy');
  assert.deepEqual(at(spec, 'policyTypes'), ['Ingress', 'Egress']);
  assert.deepEqual(at(spec, 'ingress'), []);
  assert.deepEqual(at(spec, 'egress'), [
    {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    { ports: [443, 8200, 9000].map((port) => ({ protocol: 'TCP', port })) },
  ]);
});

helmTest('no ports means none: a rule with an empty list would allow all', async () => {
  const policy = ofKind(
    await manifests('directory', { values: { networkPolicy: { egressPorts: [] } } }),
    'NetworkPolicy',
  );
  const rules = listAt(policy, 'spec', 'egress');
  assert.equal(rules.length, 1);
  assert.equal(listAt(rules[0], 'ports').length, 2);
});

helmTest(
  `the release ${RELEASE} and the component are on the Jobs too, so that they can be listed`,
  async () => {
    const labels = at(
      ofKind(await manifests('directory'), 'CronJob'),
      'spec',
      'jobTemplate',
      'metadata',
      'labels',
    );
    assert.equal(at(labels, 'app.kubernetes.io/instance'), RELEASE);
    assert.equal(at(labels, 'app.kubernetes.io/component'), 'backup');
  },
);
