/** How the program logs in to Google and Azure by their public names: by a key, by the identity of its pod, and refused. */
import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test as plainTest, type TestContext } from 'node:test';
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { execa } from 'execa';
import { createGcsStore } from '../../bootstrap/store/gcs.ts';
import { fileOf, renderCase } from '../render/cases.ts';
import { cloudFront, passOn } from '../support/cloud-front.ts';
import { PROGRAM } from '../support/command-line.ts';
import { listen } from '../support/loopback.ts';
import { whyMissing } from '../support/skip.ts';
import { startAzure } from '../support/start-azure.ts';
import { startGcs } from '../support/start-gcs.ts';

const KEY = 'snapshots/20261123T220000Z-12.snap';
const TOKEN = 'token-of-this-test';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-logins-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Listing {
  readonly code: number;
  readonly keys: readonly string[];
  /** Everything that it printed. */
  readonly said: string;
}

/** `lifeboat snapshots` with the backup.json of a case. */
async function list(
  folder: string,
  name: string,
  env: Readonly<Record<string, string>>,
  credentials?: string,
): Promise<Listing> {
  const config = join(folder, 'backup.json');
  writeFileSync(config, fileOf(await renderCase(name), 'backup.json'));
  const args = ['snapshots', '--json', '--config', config];
  if (credentials !== undefined) args.push('--credentials', credentials);
  const { exitCode, stdout, stderr } = await execa(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
    extendEnv: false,
    reject: false,
  });
  // A failure is told as JSON, too.
  const { snapshots = [] } = JSON.parse(stdout) as {
    readonly snapshots?: readonly { readonly key: string }[];
  };
  return { code: exitCode ?? -1, keys: snapshots.map(({ key }) => key), said: `${stdout}${stderr}` };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

const noGcs = await whyMissing('fake-gcs-server');
const noAzure = await whyMissing('azurite-blob');

function test(title: string, skip: string | undefined, run: (t: TestContext) => Promise<void>): void {
  void plainTest(title, { timeout: 60_000, skip: skip ?? false }, run);
}

/** Google's storage for those who show the token, and its logins as `login` answers them. */
async function google(t: TestContext, login: (form: URLSearchParams, response: ServerResponse) => void) {
  const bucket = 'orders-vault-snapshots';
  const server = await startGcs({ bucket });
  t.after(() => server.stop());
  const store = createGcsStore({ bucket, prefix: 'eu', endpoint: server.endpoint }, 'orders');
  await store.replace(KEY, Buffer.from('x'));
  return cloudFront(t, ['*.googleapis.com'], (request, response) => {
    void buffer(request).then((body) => {
      if (request.headers.host?.startsWith('oauth2.')) login(new URLSearchParams(String(body)), response);
      else if (request.headers.authorization !== `Bearer ${TOKEN}`) json(response, 401, {});
      else passOn(request, response, `${server.endpoint}${request.url ?? ''}`, body);
    });
  });
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

function keyFile(folder: string): string {
  mkdirSync(join(folder, 'keys'));
  const key = {
    type: 'service_account',
    project_id: 'orders-prod',
    private_key_id: '1',
    private_key: privateKey,
    client_email: 'vault-backup@orders-prod.iam.gserviceaccount.com',
    token_uri: 'https://oauth2.googleapis.com/token',
  };
  writeFileSync(join(folder, 'keys/key.json'), JSON.stringify(key));
  return join(folder, 'keys');
}

test(
  "Google: with the key of a Secret, by the proxy of the environment and Google's own names",
  noGcs,
  async (t) => {
    const folder = folderOf(t);
    let scope = '';
    const front = await google(t, (form, response) => {
      const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
      const signed = createVerify('RSA-SHA256').update(`${head}.${claims}`);
      assert.ok(signed.verify(publicKey, signature, 'base64url'));
      scope = String((JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scope: string }).scope);
      json(response, 200, { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });
    });

    const { code, keys, said } = await list(folder, 'google-workload-identity', front.env, keyFile(folder));

    assert.equal(code, 0, said);
    assert.deepEqual(keys, [KEY]);
    assert.equal(scope, 'https://www.googleapis.com/auth/devstorage.read_write');
    assert.deepEqual([...front.names].sort(), ['oauth2.googleapis.com', 'storage.googleapis.com']);
  },
);

test('Google: a key that was deleted is named, and nothing of it is printed', noGcs, async (t) => {
  const folder = folderOf(t);
  let assertion = 'none';
  const front = await google(t, (form, response) => {
    assertion = form.get('assertion') ?? 'none';
    json(response, 400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
  });

  const { code, said } = await list(folder, 'google-workload-identity', front.env, keyFile(folder));

  assert.equal(code, 14, said);
  assert.match(said, /cannot log in to Google: status 400 \(invalid_grant\)/);
  assert.match(said, /its key may have been deleted/);
  assert.ok(!said.includes(assertion) && !said.includes('PRIVATE KEY'));
});

test("Google: by the workload identity that the cluster's metadata server gives out", noGcs, async (t) => {
  const folder = folderOf(t);
  const asked: string[] = [];
  const metadata = await listen(
    t,
    createServer((request: IncomingMessage, response) => {
      asked.push(String(request.headers['metadata-flavor']));
      response.setHeader('metadata-flavor', 'Google');
      if (request.url?.includes('/token') === true)
        json(response, 200, { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });
      else response.writeHead(404).end();
    }),
  );
  const front = await google(t, (_form, response) => json(response, 500, {}));
  const env = {
    ...front.env,
    GCE_METADATA_HOST: metadata.replace('http://', ''),
    METADATA_SERVER_DETECTION: 'assume-present',
  };

  const { code, keys, said } = await list(folder, 'google-workload-identity', env);

  assert.equal(code, 0, said);
  assert.deepEqual(keys, [KEY]);
  assert.deepEqual([...front.names], ['storage.googleapis.com']);
  assert.ok(asked.length > 0 && asked.every((flavor) => flavor === 'Google'));
});

test('Google: without any credentials it says what to set', noGcs, async (t) => {
  const folder = folderOf(t);
  const front = await google(t, (_form, response) => json(response, 500, {}));
  const { code, said } = await list(folder, 'google-workload-identity', {
    ...front.env,
    METADATA_SERVER_DETECTION: 'none',
  });
  assert.equal(code, 14, said);
  assert.match(said, /no credentials were found/);
  assert.match(said, /store\.gcs\.secretRef/);
});

const TENANT = '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e';
const CLIENT = '6fa4c3b2-1d0e-4f5a-8b9c-7d6e5f4a3b2c';
const ASSERTION = 'the-token-of-the-service-account';

/** Azure's storage for those who show the token, and its logins as `login` answers them. */
async function azure(
  t: TestContext,
  folder: string,
  login: (form: URLSearchParams, response: ServerResponse) => void,
) {
  const server = await startAzure({ container: 'snapshots' });
  t.after(() => server.stop());
  await server.container.getBlockBlobClient(`tickets/${KEY}`).upload('x', 1);
  const signature = generateBlobSASQueryParameters(
    {
      containerName: 'snapshots',
      permissions: ContainerSASPermissions.parse('rl'),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(server.account, server.accountKey),
  ).toString();
  const authority = 'https://login.microsoftonline.com';
  const names = ['login.microsoftonline.com', 'ticketsvault.blob.core.windows.net'];
  const front = await cloudFront(t, names, (request, response) => {
    void buffer(request).then((body) => {
      const { pathname, search } = new URL(request.url ?? '', 'https://x');
      if (request.headers.host === names[1]) {
        if (request.headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end();
        else {
          const query = search === '' ? `?${signature}` : `${search}&${signature}`;
          passOn(request, response, `${server.endpoint}${pathname}${query}`, body);
        }
      } else if (pathname.endsWith('/token')) login(new URLSearchParams(String(body)), response);
      else if (pathname.endsWith('/openid-configuration')) {
        const base = `${authority}/${TENANT}`;
        json(response, 200, {
          issuer: `${base}/v2.0`,
          token_endpoint: `${base}/oauth2/v2.0/token`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
        });
      } else response.writeHead(404).end();
    });
  });
  writeFileSync(join(folder, 'federated'), ASSERTION);
  // What the webhook of Microsoft Entra Workload ID puts into a labelled pod.
  const env = {
    ...front.env,
    AZURE_CLIENT_ID: CLIENT,
    AZURE_TENANT_ID: TENANT,
    AZURE_FEDERATED_TOKEN_FILE: join(folder, 'federated'),
    AZURE_AUTHORITY_HOST: `${authority}/`,
  };
  return { front, env };
}

test("Azure: by the workload identity of the pod, at Azure's own names", noAzure, async (t) => {
  const folder = folderOf(t);
  let form = new URLSearchParams();
  const { env, front } = await azure(t, folder, (given, response) => {
    form = given;
    json(response, 200, { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });
  });

  const { code, keys, said } = await list(folder, 'azure-workload-identity', env);

  assert.equal(code, 0, said);
  assert.deepEqual(keys, [KEY]);
  assert.equal(form.get('client_id'), CLIENT);
  assert.equal(form.get('client_assertion'), ASSERTION);
  assert.match(form.get('scope') ?? '', /^https:\/\/storage\.azure\.com\/\.default/);
  assert.deepEqual([...front.names].sort(), [
    'login.microsoftonline.com',
    'ticketsvault.blob.core.windows.net',
  ]);
});

test('Azure: an identity that is not trusted is named, and no token is printed', noAzure, async (t) => {
  const folder = folderOf(t);
  const { env } = await azure(t, folder, (_form, response) =>
    json(response, 401, {
      error: 'invalid_client',
      error_description: 'AADSTS700213: No matching federated identity record found. Trace ID: x',
    }),
  );

  const { code, said } = await list(folder, 'azure-workload-identity', env);

  assert.equal(code, 14, said);
  assert.match(said, /cannot log in to Azure: the identity is refused \(invalid_client, AADSTS700213\)/);
  assert.match(said, /federated credential/);
  assert.ok(!said.includes(ASSERTION));
});

test('Azure: a login that fails for the moment is worth another try', noAzure, async (t) => {
  const folder = folderOf(t);
  let tries = 0;
  const { env } = await azure(t, folder, (_form, response) => {
    tries++;
    if (tries < 3) response.destroy();
    else json(response, 200, { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' });
  });

  const { code, said } = await list(folder, 'azure-workload-identity', env);

  assert.equal(code, 0, said);
});
