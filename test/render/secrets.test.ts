/**
 * The Secrets that lifeboat.yaml names, as the operators want them: held against the operators' own definitions, sealed
 * by the real kubeseal, and opened again with the controller's key.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { parse, parseAllDocuments } from 'yaml';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import { fileOf, renderText } from './cases.ts';

const work = mkdtempSync(path.join(tmpdir(), 'lifeboat-secrets-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** Every Secret that lifeboat.yaml can name, two of one name, and two of the user's own values. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'vault/s3-read': ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  'vault/unseal': ['shares'],
  'vault/vault-ca': ['ca.crt'],
  'vault/registry': ['.dockerconfigjson'],
  'backups/s3': ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  'backups/login': ['role_id', 'secret_id'],
  'backups/vault-ca': ['ca.crt'],
  'backups/registry': ['.dockerconfigjson'],
};

function rendered(secrets: string) {
  const config = `
version: 1
name: payments
image: {repository: registry.example/lifeboat}
imagePullSecrets: [{name: registry}]
release: {name: vault, namespace: vault, chartVersion: 0.34.1, values: [my-values.yaml]}
store: {s3: {bucket: vaults, secretRef: {name: s3}, restoreSecretRef: {name: s3-read}}}
vault: {tls: {ca: {secretRef: {name: vault-ca}}}}
backup: {namespace: backups, auth: {approle: {secretRef: {name: login}}}}
restore: {unseal: {secretRef: {name: unseal}}}
${secrets}`;
  const values = `
global: {tlsDisable: false}
server:
  extraVolumes: [{type: secret, name: their-tls}]
  extraSecretEnvironmentVars: [{envName: TOKEN, secretName: theirs, secretKey: token}]
  ha:
    enabled: true
    replicas: 1
    raft:
      enabled: true
      config: |
        listener "tcp" {
          address = "[::]:8200"
          cluster_address = "[::]:8201"
          tls_cert_file = "/vault/userconfig/their-tls/tls.crt"
          tls_key_file = "/vault/userconfig/their-tls/tls.key"
        }
        storage "raft" {
          path = "/vault/data"
        }
        service_registration "kubernetes" {}
`;
  return renderText(config, { 'my-values.yaml': values });
}

interface External {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly data: readonly { readonly secretKey: string; readonly remoteRef: { readonly key: string } }[];
  };
}

test("each Secret that lifeboat.yaml names is fetched with all of its keys, and none of the user's own", async (t) => {
  const external = 'secrets: {externalSecrets: {store: {name: aws}, keyPrefix: prod/}}';
  const text = fileOf(await rendered(external), 'secrets/external-secrets.yaml');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as External);

  const seen = objects.map(({ metadata, spec }) => [
    `${metadata.namespace}/${metadata.name}`,
    spec.data.map(({ secretKey }) => secretKey),
  ]);
  assert.deepEqual(Object.fromEntries(seen), SECRETS);
  const remote = objects.map(({ spec }) => spec.data[0]?.remoteRef.key);
  assert.equal(new Set(remote).size, objects.length);
  assert.ok(remote.includes('prod/backups-s3'));

  const kubeconform = await requireKubeconform(t, 'external-secrets');
  if (kubeconform === undefined) return;
  const { valid, problems } = await kubeconform(text);
  assert.deepEqual(problems, []);
  assert.equal(valid.length, objects.length);
});

test('without a word about Secrets nothing of an operator is rendered', async () => {
  const { files } = await rendered('');

  assert.deepEqual(
    files.map(({ name }) => name).filter((name) => name.startsWith('secrets/')),
    [],
  );
});

/** The controller's key pair, and a folder with a value for every key. */
async function sealing(): Promise<{ readonly key: string; readonly cert: string; readonly folder: string }> {
  const place = mkdtempSync(path.join(work, 'sealing-'));
  const [key, cert] = [path.join(place, 'tls.key'), path.join(place, 'tls.crt')];
  const subject = ['-subj', '/CN=sealed-secrets', '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  await execa('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert]);
  const folder = path.join(place, 'values');
  for (const [name, keys] of Object.entries(SECRETS)) {
    mkdirSync(path.join(folder, name), { recursive: true });
    for (const each of keys) writeFileSync(path.join(folder, name, each), `value of ${name}/${each}\nline 2`);
  }
  return { key, cert, folder };
}

/** Runs the rendered script with the real kubeseal, which asks no cluster where it has the certificate. */
async function seal(kubeseal: string, args: readonly string[]) {
  const script = path.join(mkdtempSync(path.join(work, 'script-')), 'seal.sh');
  writeFileSync(script, fileOf(await rendered('secrets: {sealedSecrets: {}}'), 'secrets/seal.sh'));
  const PATH = `${path.dirname(kubeseal)}:${process.env.PATH ?? ''}`;
  return await execa('sh', [script, ...args], { env: { PATH }, reject: false });
}

test('sealed with the certificate and opened with the key, every Secret is what the files were', async (t) => {
  const tool = await requireTool(t, 'kubeseal');
  if (tool === undefined) return;
  const { key, cert, folder } = await sealing();

  const { exitCode, stdout, stderr } = await seal(tool.path, [folder, '--cert', cert]);

  assert.equal(exitCode, 0, stderr);
  assert.equal(stderr, '');
  assert.ok(!stdout.includes('value of'));
  const kubeconform = await requireKubeconform(t, 'sealed-secrets');
  if (kubeconform === undefined) return;
  assert.deepEqual((await kubeconform(stdout)).problems, []);
  const documents = stdout.split(/^---$/m).filter((text) => text.trim() !== '');
  assert.equal(documents.length, Object.keys(SECRETS).length);
  for (const document of documents) {
    const flags = ['--recovery-unseal', '--recovery-private-key', key, '-o', 'yaml'];
    const secret = parse((await execa(tool.path, flags, { input: document })).stdout) as {
      readonly type: string;
      readonly metadata: { readonly name: string; readonly namespace: string };
      readonly data: Readonly<Record<string, string>>;
    };
    const name = `${secret.metadata.namespace}/${secret.metadata.name}`;
    assert.deepEqual(Object.keys(secret.data).sort(), [...(SECRETS[name] ?? [])].sort());
    for (const [each, value] of Object.entries(secret.data))
      assert.equal(
        Buffer.from(value, 'base64').toString(),
        readFileSync(path.join(folder, name, each), 'utf8'),
      );
    const registry = name.endsWith('/registry');
    assert.equal(secret.type, registry ? 'kubernetes.io/dockerconfigjson' : 'Opaque');
  }
});

test('a Secret without a folder is left out; a missing value, a refusal of kubeseal or an empty folder prints nothing', async (t) => {
  const tool = await requireTool(t, 'kubeseal');
  if (tool === undefined) return;
  const { cert, folder } = await sealing();
  const flags = ['--cert', cert];

  rmSync(path.join(folder, 'backups/login'), { recursive: true });
  const fewer = await seal(tool.path, [folder, ...flags]);
  assert.equal(fewer.exitCode, 0);
  assert.equal(fewer.stdout.match(/kind: SealedSecret/g)?.length, Object.keys(SECRETS).length - 1);
  assert.match(fewer.stderr, /no folder backups\/login: the Secret is left out/);

  rmSync(path.join(folder, 'backups/s3/AWS_SECRET_ACCESS_KEY'));
  const missing = await seal(tool.path, [folder, ...flags]);
  assert.equal(missing.exitCode, 1);
  assert.equal(missing.stdout, '');
  assert.match(missing.stderr, /backups\/s3\/AWS_SECRET_ACCESS_KEY is missing or empty/);

  const refused = await seal(tool.path, [(await sealing()).folder, '--cert', path.join(work, 'nowhere')]);
  assert.notEqual(refused.exitCode, 0);
  assert.equal(refused.stdout, '');

  const empty = await seal(tool.path, [mkdtempSync(path.join(work, 'empty-')), ...flags]);
  assert.equal(empty.exitCode, 1);
  assert.match(empty.stderr, /holds none of the Secrets/);
  assert.equal((await seal(tool.path, [])).exitCode, 2);
});

test('the runbook makes and brings back the Secrets in the way that was asked for', async () => {
  const external = fileOf(await rendered('secrets: {externalSecrets: {store: {name: aws}}}'), 'RUNBOOK.md');
  assert.match(external, /kubectl apply -f "\$OUT\/secrets\/external-secrets\.yaml"/);
  assert.match(external, /kubectl wait --for=condition=Ready externalsecret\/unseal -n vault/);
  assert.match(external, /What stands behind the ClusterSecretStore `aws`/);
  assert.doesNotMatch(
    external,
    /kubectl (?:create|get) secret (?:generic )?(?:s3|unseal|login)\b(?!.*jsonpath)/,
  );
  // The user's own are theirs to bring back.
  assert.match(external, /kubectl apply -f vault-secret-theirs\.yaml/);

  const sealed = fileOf(await rendered('secrets: {sealedSecrets: {}}'), 'RUNBOOK.md');
  assert.match(sealed, /sh "\$OUT\/secrets\/seal\.sh" FOLDER > sealed-secrets\.yaml/);
  assert.match(sealed, /kubectl apply -f sealing-keys\.yaml/);
  assert.match(sealed, /-l sealedsecrets\.bitnami\.com\/sealed-secrets-key/);
});
