/**
 * The login of an AppRole as two files that only their owner can read, to be made a Secret of. A secret_id is made
 * only where the files do not log in yet: each one that is made stays valid beside the others.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import { systemWords } from '../../contract/system-words.ts';
import { accessPaths, type VaultAccess } from '../../contract/vault-access.ts';
import type { VaultClient } from '../vault/client.ts';
import { VaultRefusal } from '../vault/refusal.ts';

export interface LoginFiles {
  readonly roleId: Secret;
  readonly secretId: Secret;
}

const NAMES = { roleId: 'role_id', secretId: 'secret_id' } as const;

function unusable(folder: string, error: unknown): LifeboatError {
  return new LifeboatError('usage', `${folder} cannot hold the login: ${systemWords(error)}`, {
    hint: 'name another folder with --login-out',
    cause: error,
  });
}

async function contentOf(folder: string, name: string): Promise<string> {
  try {
    return (await readFile(path.join(folder, name), 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw unusable(folder, error);
  }
}

/** What the folder holds; undefined where neither file is there. */
export async function readLoginFiles(folder: string): Promise<LoginFiles | undefined> {
  const [roleId, secretId] = [await contentOf(folder, NAMES.roleId), await contentOf(folder, NAMES.secretId)];
  if (roleId === '' && secretId === '') return undefined;
  return { roleId: new Secret(roleId), secretId: new Secret(secretId) };
}

/** Whether they log in; the token that comes of it is given back at once. `client` must be a fresh one, without a token. */
export async function logsIn(client: VaultClient, access: VaultAccess, files: LoginFiles): Promise<boolean> {
  try {
    await client.loginAppRole(access.method.mount, files.roleId, files.secretId);
  } catch (error) {
    if (error instanceof VaultRefusal && error.status >= 400 && error.status < 500) return false;
    throw error;
  }
  await client.revokeSelf();
  return true;
}

/** The file appears whole, and is nobody else's to read at any moment. */
async function writeSecret(folder: string, name: string, secret: Secret): Promise<void> {
  const file = path.join(folder, name);
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, secret.reveal(), { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
}

/** Asks Vault for a new secret_id, and writes both files. */
export async function makeLogin(client: VaultClient, access: VaultAccess, folder: string): Promise<void> {
  const paths = accessPaths(access);
  // First what can fail without leaving a secret_id behind that nobody has.
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(folder, error);
  }
  const roleId = (await client.read(paths.roleId))?.role_id;
  const secretId = (await client.write(paths.secretId, {})).secret_id;
  if (typeof roleId !== 'string' || typeof secretId !== 'string')
    throw new LifeboatError('vault', `${client.address} made no role_id or secret_id for ${paths.role}`);
  try {
    await writeSecret(folder, NAMES.roleId, new Secret(roleId));
    await writeSecret(folder, NAMES.secretId, new Secret(secretId));
  } catch (error) {
    throw unusable(folder, error);
  }
}
