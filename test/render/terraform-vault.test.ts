/** terraform/vault/main.tf, read by Terraform itself: it is formatted, and says what the other two ways say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vaultAccess } from '../../generator/render/vault-access.ts';
import { hasTerraform, terraformFormat, terraformResources } from '../support/terraform.ts';
import { CASES, fileOf, renderCase } from './cases.ts';

const FILE = 'terraform/vault/main.tf';

for (const name of CASES) {
  test(`the module of ${name} is as terraform fmt writes it`, async (t) => {
    if (!(await hasTerraform(t))) return;
    const { code, stdout, stderr } = await terraformFormat(fileOf(await renderCase(name), FILE));

    assert.equal(code, 0, `${stdout}${stderr}`);
  });

  test(`the module of ${name} makes the policy, the auth method and the role that the other ways make`, async (t) => {
    if (!(await hasTerraform(t))) return;
    const rendered = await renderCase(name);
    const text = fileOf(rendered, FILE);
    const { policy, method, role } = vaultAccess(rendered.plan);

    const { vault_policy, vault_auth_backend, ...others } = await terraformResources(text);
    assert.deepEqual(vault_policy, { backup: { name: policy.name, policy: policy.text } });
    assert.deepEqual(vault_auth_backend, { backup: { count: 1, type: method.type, path: method.mount } });
    const made = {
      [`vault_${method.type}_auth_backend_role`]: {
        backup: { backend: method.mount, role_name: role.name, ...role.fields },
      },
      ...(method.config === undefined
        ? {}
        : {
            vault_kubernetes_auth_backend_config: {
              backup: { count: 1, backend: method.mount, ...method.config },
            },
          }),
    };
    // And no secret_id: Terraform would keep it in its state.
    assert.deepEqual(others, made);
  });
}

test('a file that is not formatted is told apart', async (t) => {
  if (!(await hasTerraform(t))) return;
  const text = fileOf(await renderCase('vault-s3-approle'), FILE);

  assert.notEqual((await terraformFormat(text.replace('token_ttl      =', 'token_ttl ='))).code, 0);
  assert.notEqual((await terraformFormat(text.replace('locals {', 'locals ['))).code, 0);
});
