/** terraform/vault/main.tf: the policy, the auth method and the role for those who keep Vault's configuration in Terraform. */

import { PRODUCT_NAMES } from '../../contract/product-words.ts';
import type { RoleField } from '../../contract/vault-access.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { hclString, renderText } from './text.ts';
import { vaultAccess } from './vault-access.ts';

const ROLE_RESOURCES = {
  kubernetes: 'vault_kubernetes_auth_backend_role',
  approle: 'vault_approle_auth_backend_role',
} as const;

const PROVIDER_SENTENCES = {
  vault: "The provider is HashiCorp's own.",
  openbao: 'The provider is the one of Vault, which OpenBao understands.',
} as const;

/** What the auth method's resource is called where this module makes it; else its path has the same meaning. */
const BACKEND = 'var.auth_method_exists ? local.mount : vault_auth_backend.backup[0].path';

function expression(value: RoleField): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? hclString(value) : `[${value.map(hclString).join(', ')}]`;
}

/** Lines of `name = expression` as `terraform fmt` aligns them. */
function aligned(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `  ${name.padEnd(width)} = ${text}`).join('\n');
}

export function terraformVaultFile(plan: Plan): RenderedFile {
  const { product, policy, method, role, login } = vaultAccess(plan);
  const roleFields = Object.entries(role.fields).map(
    // The reference makes Terraform write the policy first.
    ([name, value]) =>
      [name, name === 'token_policies' ? '[vault_policy.backup.name]' : expression(value)] as const,
  );
  const config = Object.entries(method.config ?? {}).map(
    ([name, value]) => [name, hclString(value)] as const,
  );
  const text = renderText('terraform-vault.tf', {
    header: plan.header,
    product: PRODUCT_NAMES[product],
    providerSentence: PROVIDER_SENTENCES[product],
    policy,
    method: method.type,
    mount: method.mount,
    config:
      config.length === 0 ? false : aligned([['backend', 'vault_auth_backend.backup[0].path'], ...config]),
    roleResource: ROLE_RESOURCES[method.type],
    roleArguments: aligned([['backend', BACKEND], ['role_name', hclString(role.name)], ...roleFields]),
    secret: 'secret' in login,
  });
  return { name: 'terraform/vault/main.tf', text };
}
