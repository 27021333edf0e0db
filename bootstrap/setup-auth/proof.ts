/** What the backup's login may do, asked of the server with a token as the backup's own. */
import { LifeboatError } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import { accessPaths, BACKUP_PATHS, type VaultAccess } from '../../contract/vault-access.ts';
import { excessive, lacking, WANTED } from '../backup-check/rights.ts';
import type { VaultClient } from '../vault/client.ts';
import type { LoginFiles } from './login-files.ts';

/** How the backup's place is taken. */
export type Credentials = LoginFiles | { readonly serviceAccountToken: Secret } | 'short-lived token';

export interface Proof {
  /** By which login. */
  readonly by: 'AppRole login' | 'kubernetes login' | 'short-lived token';
  /** More than a backup needs: other policies of the role, or a generous `default`. */
  readonly excess: readonly string[];
}

/** What a stolen login would be good for beyond a snapshot, were it allowed. */
function forbidden(access: VaultAccess): readonly string[] {
  const paths = accessPaths(access);
  return [`${BACKUP_PATHS.snapshot}-force`, paths.policy, paths.role, paths.mount, 'sys/seal'];
}

/** A token with the backup's policy that ends within a minute. */
async function shortLivedToken(person: VaultClient, { policy }: VaultAccess): Promise<Secret> {
  const answer = await person.write('auth/token/create', {
    policies: [policy.name],
    ttl: '60s',
    renewable: false,
    display_name: 'lifeboat-verify',
  });
  // The token stands beside `data`, in `auth`.
  const token = (answer.auth as { readonly client_token?: unknown } | undefined)?.client_token;
  if (typeof token !== 'string')
    throw new LifeboatError('vault', `${person.address} made no token of policy ${policy.name}`);
  return new Secret(token);
}

async function takeItsPlace(
  backup: VaultClient,
  person: VaultClient,
  access: VaultAccess,
  credentials: Credentials,
): Promise<Proof['by']> {
  if (credentials === 'short-lived token') {
    backup.setToken(await shortLivedToken(person, access));
    return 'short-lived token';
  }
  const { mount } = access.method;
  if ('serviceAccountToken' in credentials) {
    await backup.loginKubernetes(mount, access.role.name, credentials.serviceAccountToken);
    return 'kubernetes login';
  }
  await backup.loginAppRole(mount, credentials.roleId, credentials.secretId);
  return 'AppRole login';
}

/** Throws where the backup could not work. `backup` is a fresh client, without a token. */
export async function prove(
  backup: VaultClient,
  person: VaultClient,
  access: VaultAccess,
  credentials: Credentials,
): Promise<Proof> {
  const by = await takeItsPlace(backup, person, access, credentials);
  try {
    const no = forbidden(access);
    const may = await backup.capabilities([...Object.keys(WANTED), ...no]);
    const lacks = lacking(may);
    if (lacks.length > 0)
      throw new LifeboatError('vault', `the backup's login (${by}) lacks ${lacks.join(', ')}`, {
        hint: 'the policy or the role was changed meanwhile: run lifeboat setup-auth again',
      });
    return { by, excess: excessive(may, no) };
  } finally {
    await backup.revokeSelf();
  }
}
