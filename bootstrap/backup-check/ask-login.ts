/** Takes the backup's place at the server: its login, and what its token may do there. Nothing is changed. */

import { type Answer, finding, ok, SETUP_AUTH, unknown } from '../../contract/doctor.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { BACKUP_PATHS } from '../../contract/vault-access.ts';
import { login } from '../backup/login.ts';
import type { VaultClient } from '../vault/client.ts';
import { VaultRefusal } from '../vault/refusal.ts';
import { loginTrouble } from './login-trouble.ts';
import { excessive, lacking, WANTED } from './rights.ts';

interface Asking {
  readonly slice: BackupSlice;
  readonly client: VaultClient;
  readonly signal: AbortSignal | undefined;
}

const CAPABILITIES = 'sys/capabilities-self';

/** An empty login: a method that is there misses its fields, and one that is not gets a bare denial. */
async function isMounted(
  client: VaultClient,
  mount: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await client.write(`auth/${mount}/login`, {}, { signal });
    return true;
  } catch (error) {
    if (error instanceof VaultRefusal) return error.status !== 403;
    throw error;
  }
}

/** What of a server's own access may be nobody's but an administrator's. */
function forbidden({ auth }: BackupSlice, policies: readonly string[]): readonly string[] {
  const { mount, role } =
    'kubernetes' in auth ? auth.kubernetes : { mount: auth.approle.mount, role: undefined };
  return [
    `${BACKUP_PATHS.snapshot}-force`,
    'sys/seal',
    `sys/auth/${mount}`,
    ...(role === undefined ? [] : [`auth/${mount}/role/${role}`]),
    ...policies.filter((name) => name !== 'default').map((name) => `sys/policies/acl/${name}`),
  ];
}

/** The names of the token's policies; none where it may not look at itself. */
async function policiesOf({ client, signal }: Asking): Promise<readonly string[]> {
  const self = await client.read('auth/token/lookup-self', { signal }).catch(() => undefined);
  const names = self?.policies;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

async function policyAnswer(asking: Asking): Promise<Answer> {
  const { client, signal, slice } = asking;
  const policies = await policiesOf(asking);
  const named = policies.length === 0 ? 'its policies' : `policies ${policies.join(', ')}`;
  const no = forbidden(slice, policies);
  try {
    const may = await client.capabilities([...Object.keys(WANTED), ...no], { signal });
    const lacks = lacking(may);
    if (lacks.length > 0)
      return finding('policy', `the backup's token (${named}) lacks ${lacks.join(', ')}`, SETUP_AUTH);
    const excess = excessive(may, no);
    if (excess.length === 0) return ok('policy', `${named}: a snapshot, the audit devices, and no more`);
    return finding(
      'policy',
      `the backup's token (${named}) may do more than a backup needs: ${excess.join(', ')}`,
      `${SETUP_AUTH}, and take the other policies off its role`,
    );
  } catch (error) {
    if (!(error instanceof VaultRefusal) || error.status !== 403) throw error;
    const right = `path "${CAPABILITIES}" { capabilities = ["update"] }`;
    return unknown(
      'policy',
      `the token may not ask what it may do: ${CAPABILITIES} is denied (role without the policy "default")`,
      `give it ${right}, or see in a backup: kubectl create job --from=cronjob/...`,
    );
  }
}

/** Answers of `role` and `policy`. */
export async function askLogin(asking: Asking): Promise<readonly Answer[]> {
  const { slice, client, signal } = asking;
  const { auth } = slice;
  try {
    await login(client, auth, { signal });
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const notAsked = unknown('policy', 'not asked: the login failed', 'mend the login first (role)');
    if (!(error instanceof VaultRefusal) || error.status >= 500 || error.status === 0)
      return [finding('role', error.message, error.hint ?? SETUP_AUTH), notAsked];
    const { mount } = 'kubernetes' in auth ? auth.kubernetes : auth.approle;
    const mounted = error.status !== 403 || (await isMounted(client, mount, signal));
    const refused = { status: error.status, message: error.reason, mounted };
    return [loginTrouble(auth, slice.vault.product, refused), notAsked];
  }
  const as =
    'kubernetes' in auth
      ? `role ${auth.kubernetes.role} of auth/${auth.kubernetes.mount}`
      : `auth/${auth.approle.mount}`;
  try {
    return [ok('role', `logged in by ${as}`), await policyAnswer(asking)];
  } finally {
    await client.revokeSelf();
  }
}
