/** Logs in afresh for each run: a token of an earlier run may be bound to a server that is gone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import { Secret } from '../../contract/secret.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import type { Call } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';

export async function login(client: VaultClient, auth: BackupSlice['auth'], call: Call = {}): Promise<void> {
  if ('kubernetes' in auth) {
    const { mount, role, tokenFile } = auth.kubernetes;
    const jwt = await readSecretFile(
      tokenFile,
      'the projected service account token',
      'set vaultToken.enabled in lifeboat-values.yaml; render them again',
    );
    await client.loginKubernetes(mount, role, jwt, call);
    return;
  }
  const { mount, credentials } = auth.approle;
  const hint =
    'create the Secret of backup.auth.approle.secretRef with the keys role_id and secret_id, in the namespace of the CronJob';
  const roleId = await readSecretFile(join(credentials, 'role_id'), 'the AppRole role_id', hint);
  const secretId = await readSecretFile(join(credentials, 'secret_id'), 'the AppRole secret_id', hint);
  await client.loginAppRole(mount, roleId, secretId, call);
}

async function readSecretFile(file: string, what: string, hint: string): Promise<Secret> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new LifeboatError(
      'vault',
      `${what} cannot be read from ${file}: ${systemCode(error) ?? 'unreadable'}`,
      { hint },
    );
  }
  if (text === '') throw new LifeboatError('vault', `${what} in ${file} is empty`, { hint });
  return new Secret(text);
}
