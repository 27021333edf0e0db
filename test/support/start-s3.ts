/** Starts a real S3 server (versitygw over a temporary folder) on a free loopback port, with one bucket in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findTool } from './tools/find-tool.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** A folder as the pods see the Secret: one file per credential. */
  readonly credentialsFolder: string;
  /** The folder that holds the buckets. */
  readonly dataFolder: string;
  stop(): Promise<void>;
}

const LIMIT = 20_000;

export async function startS3(options: { readonly bucket: string }): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-s3-'));
  const dataFolder = join(folder, 'data');
  const credentialsFolder = join(folder, 'credentials');
  const sidecar = join(folder, 'metadata');
  for (const each of [dataFolder, credentialsFolder, sidecar]) await mkdir(each);
  const accessKey = `test${randomBytes(8).toString('hex')}`;
  const secretKey = randomBytes(20).toString('hex');
  await writeFile(join(credentialsFolder, 'AWS_ACCESS_KEY_ID'), `${accessKey}\n`, { mode: 0o600 });
  await writeFile(join(credentialsFolder, 'AWS_SECRET_ACCESS_KEY'), `${secretKey}\n`, { mode: 0o600 });

  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  // The metadata beside the data: not every temporary folder takes extended attributes.
  const child = spawn(
    (await findTool('versitygw')).path,
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', sidecar, dataFolder],
    {
      env: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2000);
  });
  const stopAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtExit);

  async function stop(): Promise<void> {
    process.removeListener('exit', stopAtExit);
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await createBucket(
      endpoint,
      { accessKeyId: accessKey, secretAccessKey: secretKey },
      options.bucket,
      child,
    );
  } catch (error) {
    await stop();
    throw new Error(`the S3 server did not start: ${said.trim()}`, { cause: error });
  }
  return { endpoint, accessKey, secretKey, credentialsFolder, dataFolder, stop };
}

async function createBucket(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
  bucket: string,
  child: ChildProcess,
): Promise<void> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });
  const end = Date.now() + LIMIT;
  try {
    for (;;) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: bucket }));
        return;
      } catch (error) {
        if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) throw error;
        await delay(25);
      }
    }
  } finally {
    client.destroy();
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exited;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
