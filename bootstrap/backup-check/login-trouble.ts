/**
 * Why the backup's login is refused, from the server's own words. Vault and OpenBao look at role, account, namespace and
 * audience first, each with a sentence of its own; whatever then fails between server and API server is a bare
 * "permission denied", as is an auth method that is not there (vault#11953). Pure.
 */
import { type Answer, finding, SETUP_AUTH } from '../../contract/doctor.ts';
import { BINARIES } from '../../contract/product-words.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { KUBERNETES_HOST } from '../../contract/vault-access.ts';

export interface Refused {
  readonly status: number;
  /** The server's sentence. */
  readonly message: string;
  /** Whether an auth method answers at the path of the mount. */
  readonly mounted: boolean;
}

function kubernetesTrouble(mount: string, role: string, binary: string, refused: Refused): Answer {
  const { message } = refused;
  const set = `${SETUP_AUTH}`;
  if (/invalid role name/.test(message))
    return finding('role', `auth/${mount} has no role ${role}, or was never configured`, set);
  if (/service account name not authorized/.test(message))
    return finding('role', `the role ${role} is bound to another service account than the backup's`, set);
  if (/namespace not authorized/.test(message))
    return finding('role', `the role ${role} is bound to another namespace than the backup's`, set);
  if (/audience/.test(message))
    return finding(
      'role',
      `the role ${role} is bound to another audience than that of the backup's token`,
      set,
    );
  if (/^permission denied$/.test(message.trim()))
    return finding(
      'role',
      `auth/${mount} takes role, account, namespace and audience, and cannot have the token reviewed by the API server: its config names the host, the CA or a reviewer's token of a cluster that is gone (as after a restore into another one), or the server's service account lacks system:auth-delegator`,
      `as an administrator: ${binary} write auth/${mount}/config kubernetes_host=${KUBERNETES_HOST}`,
    );
  return finding('role', `auth/${mount} refuses the login with ${refused.status}: ${message}`, set);
}

export function loginTrouble(
  auth: BackupSlice['auth'],
  product: BackupSlice['vault']['product'],
  refused: Refused,
): Answer {
  const { mount } = 'kubernetes' in auth ? auth.kubernetes : auth.approle;
  if (!refused.mounted) return finding('role', `there is no auth method at auth/${mount}`, SETUP_AUTH);
  if ('kubernetes' in auth) return kubernetesTrouble(mount, auth.kubernetes.role, BINARIES[product], refused);
  return finding(
    'role',
    `auth/${mount} refuses role_id and secret_id of the Secret: ${refused.message}`,
    `${SETUP_AUTH} --login-out FOLDER, and make the Secret anew out of FOLDER`,
  );
}
