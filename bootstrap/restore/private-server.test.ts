/** The server here is a shell script; real ones are in test/pod. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import { type PrivateServer, pollUntil, startPrivateServer } from './private-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'private-'));
  await writeFile(join(folder, 'server.hcl'), 'storage "raft" { path = "/vault/data" }\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a server that is this shell script. */
async function start(script: string, env: Readonly<Record<string, string>> = {}): Promise<PrivateServer> {
  await writeFile(join(folder, 'vault'), `#!/bin/sh\ncd ${folder}\n${script}\n`, { mode: 0o755 });
  return await startPrivateServer({
    server: {
      product: 'vault',
      dataPath: '/vault/data',
      configFiles: [join(folder, 'server.hcl')],
      address: 'http://127.0.0.1:1',
      seal: 'shamir',
      image: 'i',
    },
    data: join(folder, 'data'),
    tmp: folder,
    env: { ...env, PATH: `${folder}:${process.env.PATH ?? ''}` },
  });
}

/** The error of a server that has ended. */
async function endOf(server: PrivateServer): Promise<LifeboatError> {
  return await pollUntil('its end', 20, async () => {
    try {
      server.requireAlive();
      return undefined;
    } catch (error) {
      assert.ok(error instanceof LifeboatError);
      return error;
    }
  });
}

test('a server that was stopped may be stopped again: cleaning up hides no failure', async () => {
  const server = await start('exec sleep 60');

  await server.stop();
  await server.stop();
});

test('a server that ends by itself is told with its last words', async () => {
  const server = await start('echo "the disk is full" >&2; exit 3');

  const error = await endOf(server);

  assert.equal(error.exit, 'vault');
  assert.match(error.message, /ended \(exit code 3\): the disk is full/);
  await server.stop();
});

test('an image without the server is told as such', async () => {
  const server = await startPrivateServer({
    server: {
      product: 'openbao',
      dataPath: '/openbao/data',
      configFiles: [join(folder, 'server.hcl')],
      address: 'http://127.0.0.1:1',
      seal: 'shamir',
      image: 'i',
    },
    data: join(folder, 'data'),
    tmp: folder,
    env: { PATH: folder },
  });

  assert.match((await endOf(server)).message, /no bao on PATH in this image/);
  await server.stop();
});

test('variables that would undo the private configuration do not reach the server, those of its seal do', async () => {
  const server = await start('env > seen; exec sleep 60', {
    VAULT_RAFT_PATH: '/vault/data',
    VAULT_RAFT_RETRY_JOIN_AS_NON_VOTER: 'true',
    BAO_API_ADDR: 'http://10.0.0.1:8200',
    LIFEBOAT_CONFIG: '{}',
    VAULT_RAFT_NODE_ID: 'vault-0',
    VAULT_TOKEN: 'of the seal',
  });

  const seen = await pollUntil('its environment', 20, async () => {
    const text = await readFile(join(folder, 'seen'), 'utf8').catch(() => '');
    return text.includes('TMPDIR=') && text.includes('VAULT_TOKEN=') ? text : undefined;
  });

  assert.doesNotMatch(seen, /RAFT_PATH|NON_VOTER|API_ADDR|LIFEBOAT/);
  assert.match(seen, /^VAULT_RAFT_NODE_ID=vault-0$/m);
  await server.stop();
});

test('a clock that is set forward ends no wait', async (t) => {
  const now = Date.now();
  let looks = 0;
  t.mock.method(Date, 'now', () => now + looks * 3_600_000);

  assert.equal(await pollUntil('three looks', 20, async () => (++looks === 3 ? 'seen' : undefined)), 'seen');
});
