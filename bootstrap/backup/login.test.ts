import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { inspect } from 'node:util';
import type { VaultClient } from '../vault/client.ts';
import { login } from './login.ts';

let folder: string;
let seen: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-'));
  seen = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A fake client that remembers what it was given. */
const client = {
  loginKubernetes: async (mount, role, jwt) => void seen.push(`${mount} ${role} ${jwt.reveal()}`),
  loginAppRole: async (mount, role, secret) => void seen.push(`${mount} ${role.reveal()} ${secret.reveal()}`),
} as Partial<VaultClient> as VaultClient;

const kubernetes = () => ({ kubernetes: { mount: 'k', role: 'backup', tokenFile: join(folder, 'token') } });
const approle = () => ({ approle: { mount: 'a', credentials: folder } });

test('the projected token is read anew for each login: the kubelet replaces it', async () => {
  for (const token of ['first', 'second']) {
    await writeFile(join(folder, 'token'), `${token}\n`);
    await login(client, kubernetes());
  }

  assert.deepEqual(seen, ['k backup first', 'k backup second']);
});

test('an AppRole is read from its two files, without the line end that an editor leaves', async () => {
  await writeFile(join(folder, 'role_id'), 'role\n');
  await writeFile(join(folder, 'secret_id'), ' secret\r\n');

  await login(client, approle());

  assert.deepEqual(seen, ['a role secret']);
});

test('a file that is missing or empty is named with what to create, and nothing is sent', async () => {
  await assert.rejects(login(client, kubernetes()), {
    exit: 'vault',
    message: /service account token cannot be read from .*token: ENOENT/,
    hint: /vaultToken\.enabled/,
    retryable: false,
  });
  await writeFile(join(folder, 'role_id'), 'the-role');
  await assert.rejects(login(client, approle()), {
    message: /secret_id cannot be read .*: ENOENT/,
    hint: /secretRef/,
  });
  await writeFile(join(folder, 'secret_id'), '\n');
  const error: unknown = await login(client, approle()).catch((reason: unknown) => reason);
  assert.match(String(error), /secret_id in .* is empty/);
  assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /the-role/);
  assert.deepEqual(seen, []);
});
