/**
 * A real S3 server that asks a real IAM service (both versitygw) who may do what: users, keys and identity policies as
 * Amazon has them, evaluated for each request with its conditions.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, startServer } from './server-process.ts';
import { findTool } from './tools/find-tool.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3WithIam {
  readonly endpoint: string;
  /** Who may do everything. */
  readonly admin: S3Client;
  /** A folder as the pods see the Secret, for a new user with this policy alone. */
  userWith(name: string, policy: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startS3WithIam(bucket: string): Promise<S3WithIam> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-iam-'));
  for (const name of ['data', 'metadata', 'iam']) await mkdir(join(folder, name));
  const root = {
    accessKeyId: `root${randomBytes(6).toString('hex')}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  const env = { ROOT_ACCESS_KEY: root.accessKeyId, ROOT_SECRET_KEY: root.secretAccessKey };
  const program = (await findTool('versitygw')).path;
  const socket = join(folder, 'iam.sock');
  const [iamPort, s3Port] = [await freePort(), await freePort()];
  const iamEndpoint = `http://127.0.0.1:${iamPort}`;
  const endpoint = `http://127.0.0.1:${s3Port}`;
  const ask = (parameters: Readonly<Record<string, string>>) => askIam(iamEndpoint, root, parameters);
  const iam = startServer(
    program,
    [
      '--port',
      `127.0.0.1:${iamPort}`,
      'iam',
      '--quiet',
      '--dir',
      join(folder, 'iam'),
      '--private-ports',
      socket,
    ],
    env,
  );
  await iam.answers(() => ask({ Action: 'ListUsers' }));
  const flags = ['--iam-standalone-endpoint', socket, '--iam-cache-disable', '--quiet'];
  const posix = ['posix', '--sidecar', join(folder, 'metadata'), join(folder, 'data')];
  const s3 = startServer(program, ['--port', `127.0.0.1:${s3Port}`, ...flags, ...posix], env);
  const admin = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: root,
    maxAttempts: 1,
  });
  await s3.answers(() => admin.send(new CreateBucketCommand({ Bucket: bucket })));

  return {
    endpoint,
    admin,
    async userWith(name, policy) {
      await ask({ Action: 'CreateUser', UserName: name });
      await ask({ Action: 'PutUserPolicy', UserName: name, PolicyName: 'rights', PolicyDocument: policy });
      const answer = await ask({ Action: 'CreateAccessKey', UserName: name });
      const credentials = join(folder, `credentials-${name}`);
      await mkdir(credentials);
      const files = { AWS_ACCESS_KEY_ID: 'AccessKeyId', AWS_SECRET_ACCESS_KEY: 'SecretAccessKey' };
      for (const [file, tag] of Object.entries(files)) {
        const value = new RegExp(`<${tag}>([^<]+)`).exec(answer)?.[1];
        if (value === undefined) throw new Error(`no ${tag} in ${answer}`);
        await writeFile(join(credentials, file), value);
      }
      return credentials;
    },
    async stop() {
      admin.destroy();
      await s3.stop();
      await iam.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One call of the IAM API, signed (Signature Version 4). */
async function askIam(
  endpoint: string,
  { accessKeyId, secretAccessKey }: Keys,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const body = new URLSearchParams({ ...parameters, Version: '2010-05-08' }).toString();
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/us-east-1/iam/aws4_request`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    host: new URL(endpoint).host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': time,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex');
  const answer = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${text}`);
  return text;
}
