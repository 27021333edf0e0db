/** auth-setup.sh, run with stand-ins of vault, bao and kubectl that write down how they were called. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { execa } from 'execa';
import { hclItems } from '../../contract/hcl-items.ts';
import { fileOf, renderCase } from './cases.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script; `mounts` is what `auth list` answers. Returns the calls, one a line. */
async function run(name: string, mounts: string): Promise<readonly string[]> {
  const rendered = await renderCase(name);
  const bin = path.join(folder, 'bin');
  const log = path.join(folder, 'calls');
  mkdirSync(bin);
  writeFileSync(log, '');
  const server = `#!/bin/sh
echo "$(basename "$0") $*" >> ${log}
case "$*" in
  "auth list"*) echo '${mounts}' ;;
  *role-id) echo the-role-id ;;
  *secret-id) echo the-secret-id ;;
esac
`;
  const kubectl = `#!/bin/sh
echo "kubectl $*" >> ${log}
for argument in "$@"; do case "$argument" in --from-file=*) cat "\${argument#*=*=}" >> ${log}.files; esac; done
`;
  for (const [program, text] of [
    ['vault', server],
    ['bao', server],
    ['kubectl', kubectl],
  ] as const) {
    writeFileSync(path.join(bin, program), text);
    chmodSync(path.join(bin, program), 0o755);
  }
  const script = path.join(folder, 'auth-setup.sh');
  writeFileSync(script, fileOf(rendered, 'auth-setup.sh'));
  await execa('sh', [script], { env: { PATH: `${bin}:${process.env.PATH ?? ''}` }, cwd: '/' });
  return readFileSync(log, 'utf8').trim().split('\n');
}

test('sets up AppRole; the login reaches the Secret by files, never by an argument', async () => {
  const calls = await run('vault-s3-approle', '{}');

  assert.deepEqual(calls.slice(0, 4), [
    'vault policy write lifeboat-backup vault-policy.hcl',
    'vault auth list -format=json',
    'vault auth enable -path=approle approle',
    'vault write auth/approle/role/lifeboat-backup token_policies=lifeboat-backup token_ttl=1860s token_max_ttl=1860s',
  ]);
  assert.ok(!calls.join('\n').includes('the-secret-id'), 'the secret_id stands in a list of arguments');
  assert.equal(readFileSync(path.join(folder, 'calls.files'), 'utf8'), 'the-role-id\nthe-secret-id\n');
  assert.match(calls.join('\n'), /kubectl create secret generic vault-snapshot-agent -n vault /);
});

test('an auth method that is there already is not touched', async () => {
  const calls = await run('vault-s3-approle', '{"approle/": {"type": "approle"}}');

  assert.ok(!calls.some((call) => call.includes('auth enable')));
});

test('binds the Kubernetes role to the service account, its namespace and the audience', async () => {
  const calls = await run('openbao-directory-kubernetes', '{"token/": {}}');

  assert.deepEqual(calls.slice(2), [
    'bao auth enable -path=kubernetes/prod kubernetes',
    'bao write auth/kubernetes/prod/config kubernetes_host=https://kubernetes.default.svc',
    'bao write auth/kubernetes/prod/role/lifeboat-backup bound_service_account_names=team-a-lifeboat bound_service_account_namespaces=backups audience=openbao token_policies=lifeboat-backup token_ttl=1860s token_max_ttl=1860s',
  ]);
});

test('the policy allows the snapshot and the list of audit devices, and nothing else', async () => {
  const items = hclItems(fileOf(await renderCase('vault-s3-approle'), 'vault-policy.hcl'));

  assert.deepEqual(
    items.map(({ name, labels, body }) => [name, ...labels, body.trim()]),
    [
      ['path', 'sys/storage/raft/snapshot', 'capabilities = ["read"]'],
      ['path', 'sys/audit', 'capabilities = ["read", "sudo"]'],
    ],
  );
});
