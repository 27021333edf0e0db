import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseRestoreSlice, readBackupSlice, readRestoreSlice } from './read-slice.ts';

const folder = await mkdtemp(join(tmpdir(), 'slice-'));
after(() => rm(folder, { recursive: true }));

const RESTORE = {
  version: 1,
  name: 'prod',
  installation: 'vault/vault',
  replicas: { count: 3, namespace: 'vault', statefulSet: 'vault', service: 'vault-internal', ordered: false },
  store: { directory: { path: '/snapshots' } },
  server: {
    product: 'vault',
    image: 'hashicorp/vault:1.21.1',
    dataPath: '/vault/data',
    configFiles: ['/vault/config/extraconfig-from-values.hcl'],
    address: 'http://127.0.0.1:8200',
    seal: 'shamir',
  },
  restore: {
    snapshot: { latest: {} },
    whenNoSnapshot: 'install',
    whenDamaged: 'stop',
    unseal: { manual: {} },
    timeoutSeconds: 300,
  },
  log: 'text',
};

const BACKUP = {
  version: 1,
  name: 'prod',
  installation: 'vault/vault',
  store: { s3: { bucket: 'b', prefix: '' } },
  vault: { product: 'openbao', address: 'http://openbao-active:8200', peers: [] },
  auth: { kubernetes: { mount: 'kubernetes', role: 'r', tokenFile: '/t' } },
  retention: { keepLast: 14 },
  timeoutSeconds: 1800,
  log: 'json',
};

test('a slice that fits its schema is read as it is', async () => {
  const file = join(folder, 'backup.json');
  await writeFile(file, JSON.stringify(BACKUP));

  assert.deepEqual(parseRestoreSlice(JSON.stringify(RESTORE), 'LIFEBOAT_CONFIG'), RESTORE);
  assert.deepEqual(await readBackupSlice(file), BACKUP);
});

test('a slice that is missing, cut or of another version is refused, with its source and what to do', async () => {
  const broken: readonly [string | undefined, RegExp][] = [
    [undefined, /^VARIABLE is not set$/],
    ['', /^VARIABLE is not set$/],
    [JSON.stringify(RESTORE).slice(0, -1), /^VARIABLE is no JSON$/],
    ['null', /^VARIABLE is not what this version understands: \/ must be object/],
    [JSON.stringify({ ...RESTORE, version: 2 }), /\/version must be equal to constant/],
    [JSON.stringify({ ...RESTORE, extra: 1 }), /must NOT have additional properties/],
    [JSON.stringify({ ...RESTORE, server: { ...RESTORE.server, seal: 'both' } }), /\/server\/seal /],
    [JSON.stringify({ ...RESTORE, restore: { ...RESTORE.restore, timeoutSeconds: 0 } }), /timeoutSeconds/],
  ];
  for (const [text, message] of broken)
    assert.throws(
      () => parseRestoreSlice(text, 'VARIABLE'),
      (error: { exit?: string; message: string; hint?: string }) =>
        error.exit === 'config' && message.test(error.message) && /lifeboat render/.test(error.hint ?? ''),
      text,
    );
  await assert.rejects(readRestoreSlice(join(folder, 'nothing.json')), {
    exit: 'config',
    message: /nothing\.json does not exist/,
  });
});

test('a refusal says where it is wrong and never what stands there', () => {
  const text = JSON.stringify({ ...RESTORE, name: { token: 's.secret' }, log: 's.secret', 's.secret': 1 });

  for (const source of [text, `${text.slice(0, -1)} s.secret`])
    assert.throws(
      () => parseRestoreSlice(source, 'VARIABLE'),
      (error: Error) => !/s\.secret/.test(`${error.message} ${error.stack}`),
    );
});
