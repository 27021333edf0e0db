/**
 * terraform/store/main.tf, read by Terraform itself: formatted, every name defined, and what it gives is what the policy
 * files say. Providers cannot be had without their registry, so no `terraform validate` is run: `terraform fmt` parses,
 * and `terraform console` evaluates what needs no provider.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTerraform, terraformFormat, terraformResources } from '../support/terraform.ts';
import { CASES, fileOf, renderCase, renderText } from './cases.ts';

const FILE = 'terraform/store/main.tf';
const ROLE = 'arn:aws:iam::123456789012:role/team/kms-of-vault';
const GOOGLE = 'someone@kms.iam.gserviceaccount.com';
const CLIENT = '0f1e2d3c-4b5a-4968-8776-655443322110';

/** The README's Vault with another store; the server's service account perhaps annotated already. */
function withStore(store: string, { annotations = '{}', more = '' } = {}) {
  const config = `
version: 1
name: a-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [my-values.yaml]}
store: ${store}
${more}`;
  const values = `server: {serviceAccount: {annotations: ${annotations}}, ha: {enabled: true, replicas: 1, raft: {enabled: true}}}`;
  return renderText(config, { 'my-values.yaml': values });
}

/** Every way to come to a cloud's store. */
const STORES: Record<string, () => ReturnType<typeof withStore>> = {
  'roles, of a cluster that is not named': () => withStore('{s3: {bucket: vaults}}'),
  'a role of theirs': () =>
    withStore('{s3: {bucket: vaults}}', { annotations: `{eks.amazonaws.com/role-arn: "${ROLE}"}` }),
  'a role of theirs by a template': () =>
    withStore('{s3: {bucket: vaults}}', {
      annotations: '{eks.amazonaws.com/role-arn: "{{ .Values.role }}"}',
    }),
  'one key for both': () => withStore('{s3: {bucket: vaults, secretRef: {name: key}}}'),
  'a key each': () =>
    withStore('{s3: {bucket: vaults, secretRef: {name: key}, restoreSecretRef: {name: reads}}}'),
  'a key in each namespace': () =>
    withStore('{s3: {bucket: vaults, secretRef: {name: key}}}', { more: 'backup: {namespace: backups}' }),
  'a role and a key': () => withStore('{s3: {bucket: vaults, restoreSecretRef: {name: reads}}}'),
  'Google: Kubernetes accounts as they are': () => withStore('{gcs: {bucket: vaults}}'),
  'Google: an account of theirs': () =>
    withStore('{gcs: {bucket: vaults}}', { annotations: `{iam.gke.io/gcp-service-account: ${GOOGLE}}` }),
  'Google: keys': () => withStore('{gcs: {bucket: vaults, project: a-project, secretRef: {name: key}}}'),
  'Azure: an identity of theirs': () =>
    withStore('{azure: {account: vaults, container: snapshots}}', {
      annotations: `{azure.workload.identity/client-id: ${CLIENT}}`,
    }),
  'Azure: an identity and a key': () =>
    withStore('{azure: {account: vaults, container: snapshots, restoreSecretRef: {name: sas}}}'),
};
for (const name of CASES) STORES[`case ${name}`] ??= () => renderCase(name);

/** `var.x` without its variable, `local.x` without its value, a resource that is not there. */
function undefinedNames(text: string): readonly string[] {
  const code = text.replaceAll(/#.*$/gm, '');
  const defined = new Set([
    ...[...code.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `var.${name}`),
    ...[...code.matchAll(/^ {2}(\w+) += /gm)].map(([, name]) => `local.${name}`),
    ...[...code.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`),
    ...[...code.matchAll(/^data "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `data.${type}.${name}`),
  ]);
  const used = code.matchAll(/\b(?:var|local|data\.azurerm_\w+|(?:aws|google|azurerm)_\w+)\.\w+/g);
  return [...used].map(([name]) => name).filter((name) => !defined.has(name) && !defined.has(`data.${name}`));
}

for (const [name, render] of Object.entries(STORES)) {
  test(`${name}: the module is as terraform fmt writes it, and knows every name that it uses`, async (t) => {
    if (!(await hasTerraform(t))) return;
    const { files } = await render();
    const text = files.find((file) => file.name === FILE)?.text;
    if (text === undefined) return;
    const { code, stdout, stderr } = await terraformFormat(text);

    assert.equal(code, 0, `${stdout}${stderr}`);
    assert.deepEqual(undefinedNames(text), []);
    assert.doesNotMatch(text, /undefined|\[object|access_key"/);
  });
}

test('on Amazon the module makes the very policies and trust that stand in the JSON files', async (t) => {
  if (!(await hasTerraform(t))) return;
  const rendered = await renderCase('vault-amazon');
  const { aws_iam_role, aws_iam_role_policy } = await terraformResources(fileOf(rendered, FILE));

  for (const who of ['backup', 'restore']) {
    const role = aws_iam_role?.[who];
    const rights = aws_iam_role_policy?.[who];
    assert.equal(`arn:aws:iam::123456789012:role${role?.path}${role?.name}`, ARNS[who as 'backup']);
    assert.equal(rights?.role, role?.name);
    assert.deepEqual(
      JSON.parse(String(role?.assume_role_policy)),
      JSON.parse(fileOf(rendered, `s3-trust-${who}.json`)),
    );
    assert.deepEqual(
      JSON.parse(String(rights?.policy)),
      JSON.parse(fileOf(rendered, `s3-policy-${who}.json`)),
    );
  }
});

const ARNS = {
  backup: 'arn:aws:iam::123456789012:role/vault/billing-backup',
  restore: 'arn:aws:iam::123456789012:role/vault/billing-restore',
} as const;

test('a role of theirs gets our rights and is not made; nobody is trusted anew for it', async (t) => {
  if (!(await hasTerraform(t))) return;
  const rendered = await STORES['a role of theirs']?.();
  assert.ok(rendered);
  const { aws_iam_role, aws_iam_role_policy } = await terraformResources(fileOf(rendered, FILE), {
    oidc_provider_arn: 'arn:aws:iam::123456789012:oidc-provider/issuer.example',
  });

  assert.deepEqual(Object.keys(aws_iam_role ?? {}), ['backup']);
  assert.equal(aws_iam_role_policy?.restore?.role, 'kms-of-vault');
  assert.ok(!rendered.files.some(({ name }) => name === 's3-trust-restore.json'));
});

test('one key for both is one user with the rights of the backup, and a key each two users; no key is made', async (t) => {
  if (!(await hasTerraform(t))) return;
  const usersOf = async (name: string) => {
    const rendered = await STORES[name]?.();
    assert.ok(rendered);
    const { aws_iam_user, aws_iam_user_policy, ...others } = await terraformResources(fileOf(rendered, FILE));
    assert.deepEqual(others, {});
    for (const [who, { policy }] of Object.entries(aws_iam_user_policy ?? {}))
      assert.deepEqual(JSON.parse(String(policy)), JSON.parse(fileOf(rendered, `s3-policy-${who}.json`)));
    return Object.values(aws_iam_user ?? {}).map((user) => user.name);
  };

  assert.deepEqual(await usersOf('one key for both'), ['lifeboat-backup-a-vault']);
  const two = ['lifeboat-backup-a-vault', 'lifeboat-restore-a-vault'];
  assert.deepEqual(await usersOf('a key each'), two);
  assert.deepEqual(await usersOf('a key in each namespace'), two);
});

test('there is no module where no cloud knows the identities', async () => {
  for (const store of [
    '{s3: {bucket: vaults, endpoint: "https://s3.example"}}',
    '{azure: {account: vaults, container: snapshots, secretRef: {name: key}}}',
    '{directory: {volume: {nfs: {server: nfs.example, path: /x}}}}',
  ]) {
    const { files } = await withStore(store);
    assert.ok(!files.some(({ name }) => name === FILE), store);
  }
  const { files } = await withStore('{s3: {bucket: v-1, endpoint: "https://s3.eu-central-1.amazonaws.com"}}');
  assert.ok(files.some(({ name }) => name === FILE));
});
