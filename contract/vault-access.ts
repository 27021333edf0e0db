/**
 * What the backup needs in Vault: a policy, an auth method and a role. The generator decides it once; auth-setup.sh,
 * the Terraform module and `lifeboat setup-auth` each write this very thing.
 */

export type RoleField = string | number | readonly string[];

export interface VaultAccess {
  readonly product: 'vault' | 'openbao';
  readonly policy: { readonly name: string; readonly text: string };
  readonly method: {
    readonly type: 'kubernetes' | 'approle';
    /** The path of the auth method, without slashes at its ends. */
    readonly mount: string;
    /** Written where the method is new. One that is there was configured by somebody, and stays as it is. */
    readonly config?: Readonly<Record<string, string>>;
  };
  readonly role: { readonly name: string; readonly fields: Readonly<Record<string, RoleField>> };
  /** For whom the login is: the Secret of an AppRole, or the service account whose token logs in. */
  readonly login:
    | { readonly secret: string; readonly namespace: string }
    | { readonly account: string; readonly namespace: string; readonly audience: string };
}

/** Where the server finds the API server of the cluster that it runs in, whichever that is. */
export const KUBERNETES_HOST = 'https://kubernetes.default.svc';

/** Paths of a snapshot's and of the audit devices' API: all that the policy is about. */
export const BACKUP_PATHS = { snapshot: 'sys/storage/raft/snapshot', audit: 'sys/audit' } as const;

/** Where each part stands in Vault's API. */
export function accessPaths({ policy, method, role }: VaultAccess) {
  const auth = `auth/${method.mount}`;
  return {
    policy: `sys/policies/acl/${policy.name}`,
    mounts: 'sys/auth',
    mount: `sys/auth/${method.mount}`,
    config: `${auth}/config`,
    role: `${auth}/role/${role.name}`,
    roleId: `${auth}/role/${role.name}/role-id`,
    secretId: `${auth}/role/${role.name}/secret-id`,
  } as const;
}
