/** The policy, the auth method and the role that the backup logs in with (contract/vault-access.ts), out of a plan. */

import { PRODUCT_NAMES } from '../../contract/product-words.ts';
import { BACKUP_PATHS, KUBERNETES_HOST, type VaultAccess } from '../../contract/vault-access.ts';
import type { Plan } from '../plan/plan.ts';
import { renderText } from './text.ts';

/** A token lives as long as the longest backup, and a little for what follows it. */
const TOKEN_SLACK_SECONDS = 60;

/** Without the header of our files: a new version of lifeboat is no other policy. */
function policyText({ names, facts }: Plan): string {
  return renderText('vault-policy.hcl', {
    policy: names.policy,
    product: PRODUCT_NAMES[facts.product],
    paths: BACKUP_PATHS,
  });
}

export function vaultAccess(plan: Plan): VaultAccess {
  const { config, facts, names } = plan;
  const { auth, namespace, timeoutSeconds } = config.backup;
  const seconds = timeoutSeconds + TOKEN_SLACK_SECONDS;
  const token = { token_policies: [names.policy], token_ttl: seconds, token_max_ttl: seconds };
  const common = {
    product: facts.product,
    policy: { name: names.policy, text: policyText(plan) },
  };
  if ('approle' in auth) {
    const { mount, secret } = auth.approle;
    return {
      ...common,
      method: { type: 'approle', mount },
      role: { name: names.role, fields: token },
      login: { secret, namespace },
    };
  }
  const { mount, audience } = auth.kubernetes;
  return {
    ...common,
    // The server reviews tokens by its own service account: neither a CA nor a token is pinned.
    method: { type: 'kubernetes', mount, config: { kubernetes_host: KUBERNETES_HOST } },
    role: {
      name: names.role,
      fields: {
        bound_service_account_names: [names.serviceAccount],
        bound_service_account_namespaces: [namespace],
        audience,
        ...token,
      },
    },
    login: { account: names.serviceAccount, namespace, audience },
  };
}
