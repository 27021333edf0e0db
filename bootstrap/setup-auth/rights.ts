/** Which rights a person's token lacks for what has to be done: asked beforehand, so that nothing is done by halves. */
import { LifeboatError } from '../../contract/errors.ts';
import { accessPaths, type VaultAccess } from '../../contract/vault-access.ts';
import type { VaultClient } from '../vault/client.ts';
import { VaultRefusal } from '../vault/refusal.ts';
import type { Step } from './steps.ts';

export interface Need {
  readonly path: string;
  readonly capabilities: readonly string[];
}

const WRITE = ['create', 'update'];

/** To look at what is there. */
export function needsToRead(access: VaultAccess): readonly Need[] {
  const paths = accessPaths(access);
  const config = access.method.config === undefined ? [] : [paths.config];
  return [paths.policy, paths.mounts, ...config, paths.role].map((path) => ({
    path,
    capabilities: ['read'],
  }));
}

/** To do what has to be done. An auth method is made with sudo alone. */
export function needsToWrite(steps: readonly Step[]): readonly Need[] {
  return steps
    .filter(({ body }) => body !== undefined)
    .map(({ what, path }) => ({ path, capabilities: what === 'auth method' ? [...WRITE, 'sudo'] : WRITE }));
}

/** To make a login for an AppRole. */
export function needsOfLogin(access: VaultAccess): readonly Need[] {
  const paths = accessPaths(access);
  return [
    { path: paths.roleId, capabilities: ['read'] },
    { path: paths.secretId, capabilities: WRITE },
  ];
}

/** What is missing of each need. Which of create and update a write wants, Vault decides by what is there. */
export function missingOf(
  needs: readonly Need[],
  has: ReadonlyMap<string, readonly string[]>,
): readonly Need[] {
  return needs.flatMap(({ path, capabilities }) => {
    const own = has.get(path) ?? [];
    if (own.includes('root')) return [];
    const mayWrite = WRITE.some((capability) => own.includes(capability));
    const missing = capabilities.filter(
      (capability) => !own.includes(capability) && !(mayWrite && WRITE.includes(capability)),
    );
    return missing.length === 0 ? [] : [{ path, capabilities: missing }];
  });
}

/** Throws one error with every right that the token lacks. */
export async function requireRights(client: VaultClient, needs: readonly Need[]): Promise<void> {
  if (needs.length === 0) return;
  let has: ReadonlyMap<string, readonly string[]>;
  try {
    has = await client.capabilities(needs.map(({ path }) => path));
  } catch (error) {
    // A policy without `default` may not ask for its own rights: then each call tells for itself.
    if (error instanceof VaultRefusal && error.status === 403) return;
    throw error;
  }
  const missing = missingOf(needs, has);
  if (missing.length === 0) return;
  const lines = missing.map(
    ({ path, capabilities }) =>
      `  path ${JSON.stringify(path)} { capabilities = ${JSON.stringify(capabilities)} }`,
  );
  throw new LifeboatError(
    'vault',
    `your token lacks rights for this at ${client.address}; nothing was changed. Missing:\n${lines.join('\n')}`,
    { hint: 'log in as somebody who has them, or add these lines to your policy' },
  );
}
