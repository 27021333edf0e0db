/** vault-policy.hcl and auth-setup.sh: what the backup may do in Vault, and the commands that set its login up. */

import { BINARIES, PREFIXES, PRODUCT_NAMES } from '../../contract/product-words.ts';
import type { RoleField } from '../../contract/vault-access.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { renderText, shellQuote } from './text.ts';
import { vaultAccess } from './vault-access.ts';

export function policyFile(plan: Plan): RenderedFile {
  return { name: 'vault-policy.hcl', text: `# ${plan.header}\n${vaultAccess(plan).policy.text}` };
}

/** `token_ttl=1860s`: durations with their unit, lists with commas, as the command line of Vault takes them. */
function argument([name, value]: readonly [string, RoleField]): string {
  if (typeof value === 'number') return `${name}=${value}s`;
  return `${name}=${shellQuote(typeof value === 'string' ? value : value.join(','))}`;
}

export function authFile(plan: Plan): RenderedFile {
  const { product, policy, method, role, login } = vaultAccess(plan);
  const text = renderText('auth-setup.sh', {
    header: plan.header,
    product: PRODUCT_NAMES[product],
    binary: BINARIES[product],
    prefix: PREFIXES[product],
    policy: policy.name,
    role: role.name,
    method: method.type,
    mount: method.mount,
    mountPattern: `"${method.mount}/"`,
    config: Object.entries(method.config ?? {}).map(argument),
    roleArguments: Object.entries(role.fields).map(argument).join(' \\\n  '),
    secret: 'secret' in login ? login.secret : false,
    namespace: login.namespace,
  });
  return { name: 'auth-setup.sh', text, executable: true };
}
