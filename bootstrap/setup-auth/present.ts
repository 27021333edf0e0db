/** What Vault has of the backup's policy, auth method and role. Reads only. */
import { accessPaths, type VaultAccess } from '../../contract/vault-access.ts';
import type { VaultClient } from '../vault/client.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Present {
  readonly policy: string | undefined;
  /** The type of what is mounted at the auth method's path. */
  readonly mountType: string | undefined;
  readonly config: Fields | undefined;
  readonly role: Fields | undefined;
}

export async function readPresent(client: VaultClient, access: VaultAccess): Promise<Present> {
  const paths = accessPaths(access);
  const policy = await client.read(paths.policy);
  const mounts = await client.read(paths.mounts);
  const mount = mounts?.[`${access.method.mount}/`] as Fields | undefined;
  // Below a path without an auth method nothing can be asked; below another method's, not this.
  const ours = mount?.type === access.method.type;
  const hasConfig = ours && access.method.config !== undefined;
  return {
    policy: typeof policy?.policy === 'string' ? policy.policy : undefined,
    mountType: mount === undefined ? undefined : String(mount.type),
    config: hasConfig ? await client.read(paths.config) : undefined,
    role: ours ? await client.read(paths.role) : undefined,
  };
}
