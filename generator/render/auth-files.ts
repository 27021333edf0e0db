/** vault-policy.hcl and auth-setup.sh: what the backup may do in Vault, and the commands that set its login up. */
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from './file.ts';
import { renderText } from './text.ts';

export const PRODUCT_NAMES = { vault: 'Vault', openbao: 'OpenBao' } as const;
export const BINARIES = { vault: 'vault', openbao: 'bao' } as const;

/** A token lives as long as the longest backup, and a little for what follows it. */
const TOKEN_SLACK_SECONDS = 60;

export function policyFile(plan: Plan): RenderedFile {
  const text = renderText('vault-policy.hcl', {
    header: plan.header,
    policy: plan.names.policy,
    product: PRODUCT_NAMES[plan.facts.product],
    paths: { snapshot: 'sys/storage/raft/snapshot', audit: 'sys/audit' },
  });
  return { name: 'vault-policy.hcl', text };
}

export function authFile(plan: Plan): RenderedFile {
  const { config, facts, names } = plan;
  const { auth } = config.backup;
  const { mount } = 'kubernetes' in auth ? auth.kubernetes : auth.approle;
  const text = renderText('auth-setup.sh', {
    header: plan.header,
    product: PRODUCT_NAMES[facts.product],
    binary: BINARIES[facts.product],
    prefix: facts.product === 'vault' ? 'VAULT' : 'BAO',
    policy: names.policy,
    role: names.role,
    serviceAccount: names.serviceAccount,
    namespace: config.backup.namespace,
    tokenSeconds: config.backup.timeoutSeconds + TOKEN_SLACK_SECONDS,
    mountPattern: `"${mount}/"`,
    kubernetes: 'kubernetes' in auth ? auth.kubernetes : false,
    approle: 'approle' in auth ? auth.approle : false,
  });
  return { name: 'auth-setup.sh', text, executable: true };
}
