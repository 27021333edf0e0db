/** A rehearsal beside the living original: nothing of it may reach the original's snapshots, or its servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { messageOf } from '../../contract/errors.ts';
import { callsOf, unknownIn } from '../docs/command-lines.ts';
import { blocksOf } from '../docs/markdown.ts';
import { dataOf, fileOf, renderText } from './cases.ts';
import type { Data } from './laid-over.ts';

const ORIGINAL = { name: 'vault', namespace: 'vault' };

interface Asked {
  readonly replicas?: number;
  /** What follows `retry_join {`. */
  readonly join?: string;
  readonly config?: Data;
}

function rehearsal({ replicas = 1, join = '', config = {} }: Asked = {}) {
  const stanza = join === '' ? '' : `  retry_join {\n    ${join}\n  }\n`;
  const raft = `listener "tcp" {\n  tls_disable = 1\n  address = "[::]:8200"\n}\nstorage "raft" {\n  path = "/vault/data"\n${stanza}}\n`;
  const values = { server: { ha: { enabled: true, replicas, raft: { enabled: true, config: raft } } } };
  const file = {
    version: 1,
    name: 'payments-vault',
    image: { repository: 'registry.example/lifeboat' },
    release: { name: 'vault-copy', namespace: 'copy', chartVersion: '0.34.1', values: ['my-values.yaml'] },
    store: { s3: { bucket: 'snapshots', secretRef: { name: 's3' } } },
    // As an original says it, below the layer of the rehearsal.
    backup: { enabled: true, namespace: 'backups', auth: { approle: { secretRef: { name: 'login' } } } },
    restore: { rehearsalOf: ORIGINAL, whenNoSnapshot: 'install', unseal: { secretRef: { name: 'shares' } } },
    ...config,
  };
  return renderText(stringify(file), { 'my-values.yaml': stringify(values) });
}

async function problemsOf(asked: Asked): Promise<string> {
  return rehearsal(asked).then(() => '', messageOf);
}

test('no backup, no login of one and no rights at the store are rendered', async () => {
  const { files, plan } = await rehearsal();

  assert.deepEqual(files.map(({ name }) => name).sort(), ['RUNBOOK.md', 'rbac.yaml', 'vault-values.yaml']);
  assert.equal(plan.config.backup.enabled, false);
  assert.equal(plan.config.restore.whenNoSnapshot, 'stop');
  assert.doesNotMatch(JSON.stringify(dataOf(await rehearsal(), 'vault-values.yaml')), /login/);
});

test('its runbook is shell that can be pasted, names the copy and no CronJob', async () => {
  const text = fileOf(await rehearsal(), 'RUNBOOK.md');

  assert.match(text, /^# Rehearsal of payments-vault$/m);
  assert.match(text, /helm upgrade --install vault-copy hashicorp\/vault .* -n copy /);
  assert.doesNotMatch(text, /cronjob|backups\b.*namespace|lifeboat-values|auth-setup/i);
  const blocks = blocksOf({ file: 'RUNBOOK.md', text });
  for (const { text: block, line } of blocks) {
    const { exitCode, stderr } = await execa('sh', ['-n'], { input: block, reject: false });
    assert.equal(exitCode, 0, `line ${line}: ${stderr}`);
  }
  for (const call of blocks.flatMap(callsOf)) assert.equal(await unknownIn(call), undefined, call.place);
});

const OWN = [
  ['a server of its own', 'leader_api_addr = "http://vault-copy-0.vault-copy-internal:8200"'],
  [
    'the same with its namespace',
    'leader_api_addr = "http://vault-copy-0.vault-copy-internal.copy.svc:8200"',
  ],
  ['a Service of its own', 'leader_api_addr = "http://vault-copy-active.copy.svc.cluster.local:8200"'],
  [
    'labels in its namespace',
    'auto_join = "provider=k8s namespace=\\"copy\\" label_selector=\\"app=vault\\""',
  ],
  ['a template of the chart', 'leader_api_addr = "http://{{ template \\"vault.fullname\\" . }}-0:8200"'],
] as const;
for (const [what, join] of OWN) {
  test(`three servers may join ${what}`, async () => {
    assert.doesNotMatch(await problemsOf({ replicas: 3, join }), /would join the original/);
  });
}

const FOREIGN = [
  ["the original's server", 'leader_api_addr = "http://vault-0.vault-internal:8200"'],
  [
    'a server of the same name elsewhere',
    'leader_api_addr = "http://vault-copy-0.vault-copy-internal.vault.svc:8200"',
  ],
  ['an address', 'leader_api_addr = "https://10.0.0.7:8200"'],
  ['labels elsewhere', 'auto_join = "provider=k8s namespace=vault label_selector=app=vault"'],
  ['labels in a namespace whose name begins alike', 'auto_join = "provider=k8s namespace=copy-of-vault"'],
] as const;
for (const [what, join] of FOREIGN) {
  test(`three servers that would join ${what} are refused; one joins nobody`, async () => {
    assert.match(await problemsOf({ replicas: 3, join }), /rehearsal of 3 servers.*would join the original/);
    await assert.doesNotReject(rehearsal({ join }));
  });
}

test('a rehearsal that restores nothing is a contradiction', async () => {
  const config = { restore: { rehearsalOf: ORIGINAL, enabled: false } };

  await assert.rejects(rehearsal({ config }), /a rehearsal is a restore, and restore\.enabled is false/);
});

test('the original cannot be its own rehearsal: its last commands take the release away', async () => {
  const config = { restore: { rehearsalOf: { name: 'vault-copy', namespace: 'copy' } } };

  await assert.rejects(rehearsal({ config }), /are those of the original/);
});
