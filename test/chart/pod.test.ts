/** The backup's pod: what it runs, what it may, what is mounted where. */
import assert from 'node:assert/strict';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { BACKUP_CONFIG_FILE, IMAGE_COMMAND, MOUNTS } from '../../contract/pod.ts';
import { at, CI_FILES, helmTest, listAt, type Manifest, manifests, ofKind, pod } from './helm.ts';

function container(template: Manifest): unknown {
  const all = listAt(template, 'spec', 'containers');
  assert.equal(all.length, 1);
  return all[0];
}

function named(list: readonly unknown[], name: string): unknown {
  return list.find((item) => at(item, 'name') === name);
}

for (const file of CI_FILES) {
  helmTest(`the pod of ci/${file}-values.yaml meets the profile "restricted"`, async () => {
    const template = await pod(file);
    const { spec } = template;
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers'])
      assert.equal(at(spec, field), undefined, field);
    assert.equal(at(spec, 'securityContext', 'runAsNonRoot'), true);
    assert.ok(Number(at(spec, 'securityContext', 'runAsUser')) > 0);
    assert.equal(at(spec, 'securityContext', 'seccompProfile', 'type'), 'RuntimeDefault');
    const own = at(container(template), 'securityContext');
    assert.equal(at(own, 'allowPrivilegeEscalation'), false);
    assert.equal(at(own, 'privileged'), undefined);
    assert.deepEqual(at(own, 'capabilities'), { drop: ['ALL'] });
    assert.equal(at(own, 'readOnlyRootFilesystem'), true);
    assert.equal(at(spec, 'automountServiceAccountToken'), false);
    for (const volume of listAt(spec, 'volumes')) assert.equal(at(volume, 'hostPath'), undefined);
  });

  helmTest(`each mount of ci/${file}-values.yaml has its volume, and each volume its mount`, async () => {
    const template = await pod(file);
    const volumes = listAt(template, 'spec', 'volumes').map((volume) => at(volume, 'name'));
    const mounts = listAt(container(template), 'volumeMounts').map((mount) => at(mount, 'name'));
    assert.deepEqual([...volumes].sort(), [...mounts].sort());
    assert.equal(new Set(volumes).size, volumes.length);
  });
}

helmTest(
  'it runs the backup of the image on the file of the ConfigMap, and is never restarted in place',
  async () => {
    const template = await pod('directory');
    const backup = container(template);
    assert.equal(at(backup, 'name'), 'backup');
    const file = `${MOUNTS.config}/${BACKUP_CONFIG_FILE}`;
    assert.deepEqual(at(backup, 'command'), [...IMAGE_COMMAND, 'backup', '--config', file]);
    assert.equal(at(backup, 'args'), undefined);
    assert.equal(at(backup, 'image'), 'images.example/vault-lifeboat:0.1.0');
    assert.equal(at(backup, 'terminationMessagePolicy'), 'FallbackToLogsOnError');
    assert.equal(at(template, 'spec', 'restartPolicy'), 'Never');
  },
);

helmTest('the ConfigMap holds the configuration as it was given', async () => {
  const objects = await manifests('full');
  const configMap = objects.find(({ data }) => at(data, BACKUP_CONFIG_FILE) !== undefined);
  assert.ok(configMap);
  const config: unknown = JSON.parse(String(at(configMap, 'data', BACKUP_CONFIG_FILE)));
  assert.equal(at(config, 'retention', 'keepLast'), 1_000_000);
  assert.equal(at(config, 'auth', 'kubernetes', 'mount'), 'clusters/one');
  const volumes = listAt(
    ofKind(objects, 'CronJob'),
    'spec',
    'jobTemplate',
    'spec',
    'template',
    'spec',
    'volumes',
  );
  assert.equal(at(named(volumes, 'config'), 'configMap', 'name'), at(configMap, 'metadata', 'name'));
});

helmTest('text that YAML would misread comes back whole from the ConfigMap', async () => {
  const name = 'a: b # "c" \\ \u2028 \u00a0 😀 <&> {{ x }} $(HOME)';
  const [configMap] = (await manifests('directory', { values: { config: { name } } })).filter(
    ({ kind }) => kind === 'ConfigMap',
  );
  const config: unknown = JSON.parse(String(at(configMap, 'data', BACKUP_CONFIG_FILE)));
  assert.equal(at(config, 'name'), name);
});

helmTest('an edit of the configuration is seen on the pod, an edit of anything else is not', async () => {
  const checksum = async (values: unknown): Promise<unknown> =>
    at(await pod('directory', { values }), 'metadata', 'annotations', 'checksum/config');
  const before = await checksum({});
  assert.match(String(before), /^[0-9a-f]{64}$/);
  assert.notEqual(await checksum({ config: { retention: { keepLast: 8 } } }), before);
  assert.equal(await checksum({ backup: { suspend: true } }), before);
});

helmTest('of a Secret or ConfigMap whose key is named the pod gets that key alone', async () => {
  const mounts = [
    { name: 'tls', mountPath: '/tls', secret: { name: 'server-tls', key: 'ca.crt' } },
    { name: 'ca', mountPath: '/ca', configMap: { name: 'authorities', key: 'own.pem' } },
  ];

  const volumes = listAt(await pod('full', { values: { mounts } }), 'spec', 'volumes');

  assert.deepEqual(at(named(volumes, 'tls'), 'secret', 'items'), [{ key: 'ca.crt', path: 'ca.crt' }]);
  assert.deepEqual(at(named(volumes, 'ca'), 'configMap', 'items'), [{ key: 'own.pem', path: 'own.pem' }]);
});

helmTest(
  'Secrets and ConfigMaps are optional, read-only and for the group alone; a volume can be written',
  async () => {
    const template = await pod('full');
    const volumes = listAt(template, 'spec', 'volumes');
    const mounts = listAt(container(template), 'volumeMounts');
    assert.deepEqual(at(named(volumes, 'store'), 'secret'), {
      secretName: 'store-credentials',
      optional: true,
      defaultMode: 0o440,
    });
    assert.deepEqual(at(named(volumes, 'proxy-ca'), 'configMap'), {
      name: 'proxy-ca',
      optional: true,
      defaultMode: 0o440,
    });
    assert.deepEqual(at(named(volumes, 'archive'), 'nfs'), { server: 'nfs.example', path: '/exports/vault' });
    assert.deepEqual(named(mounts, 'store'), { name: 'store', mountPath: MOUNTS.store, readOnly: true });
    assert.deepEqual(named(mounts, 'proxy-ca'), {
      name: 'proxy-ca',
      mountPath: '/etc/proxy-ca',
      readOnly: true,
    });
    assert.deepEqual(named(mounts, 'archive'), { name: 'archive', mountPath: '/archive' });
    assert.deepEqual(named(mounts, 'tmp'), { name: 'tmp', mountPath: '/tmp' });
    assert.deepEqual(at(named(volumes, 'tmp'), 'emptyDir'), {});
  },
);

helmTest(
  'the token for Vault has its own audience and lifetime, and is there only where asked for',
  async () => {
    const template = await pod('full');
    const token = { path: 'token', audience: 'vault.example', expirationSeconds: 7200 };
    assert.deepEqual(at(named(listAt(template, 'spec', 'volumes'), 'token'), 'projected'), {
      defaultMode: 0o440,
      sources: [{ serviceAccountToken: token }],
    });
    const mount = named(listAt(container(template), 'volumeMounts'), 'token');
    assert.deepEqual(mount, { name: 'token', mountPath: MOUNTS.token, readOnly: true });
    assert.equal(named(listAt(await pod('s3-approle'), 'spec', 'volumes'), 'token'), undefined);
  },
);

helmTest(
  'usage, configuration and refusals end the run at once; a drained node counts as no attempt',
  async () => {
    const job = at(ofKind(await manifests('directory'), 'CronJob'), 'spec', 'jobTemplate', 'spec');
    const codes = (['usage', 'config', 'refused'] as const).map((name) => EXIT_CODES[name].code);
    assert.deepEqual(listAt(job, 'podFailurePolicy', 'rules'), [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'backup', operator: 'In', values: codes } },
    ]);
  },
);

helmTest('the image is named by tag, by digest, or by both', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = async (values: unknown): Promise<unknown> =>
    at(container(await pod('directory', { values: { image: values } })), 'image');
  assert.equal(await image({ tag: '2.0' }), 'images.example/vault-lifeboat:2.0');
  assert.equal(await image({ digest }), `images.example/vault-lifeboat@${digest}`);
  assert.equal(await image({ tag: '2.0', digest }), `images.example/vault-lifeboat:2.0@${digest}`);
});

helmTest('a default is taken away with null', async () => {
  const context = at(
    await pod('directory', { values: { podSecurityContext: { runAsUser: null } } }),
    'spec',
    'securityContext',
  );
  assert.equal(at(context, 'runAsUser'), undefined);
  assert.equal(at(context, 'runAsNonRoot'), true);
});
