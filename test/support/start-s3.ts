/** Starts a real S3 server (versitygw over a temporary folder) on a free loopback port, with one bucket in it. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, startServer } from './server-process.ts';
import { findTool } from './tools/find-tool.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** A folder as the pods see the Secret: one file per credential. */
  readonly credentialsFolder: string;
  /** The folder that holds the buckets. */
  readonly dataFolder: string;
  /** It keeps its connections and answers nothing, until it is resumed. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startS3(options: {
  readonly bucket: string;
  /** The address of this machine that it listens on, where loopback does not do. */
  readonly host?: string;
}): Promise<S3Server> {
  const { host = '127.0.0.1' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-s3-'));
  const dataFolder = join(folder, 'data');
  const credentialsFolder = join(folder, 'credentials');
  const sidecar = join(folder, 'metadata');
  for (const each of [dataFolder, credentialsFolder, sidecar]) await mkdir(each);
  const accessKey = `test${randomBytes(8).toString('hex')}`;
  const secretKey = randomBytes(20).toString('hex');
  await writeFile(join(credentialsFolder, 'AWS_ACCESS_KEY_ID'), `${accessKey}\n`, { mode: 0o600 });
  await writeFile(join(credentialsFolder, 'AWS_SECRET_ACCESS_KEY'), `${secretKey}\n`, { mode: 0o600 });

  const port = await freePort(host);
  const endpoint = `http://${host}:${port}`;
  // The metadata beside the data: not every temporary folder takes extended attributes.
  const args = ['--port', `${host}:${port}`, '--quiet', 'posix', '--sidecar', sidecar, dataFolder];
  const server = startServer((await findTool('versitygw')).path, args, {
    ROOT_ACCESS_KEY: accessKey,
    ROOT_SECRET_KEY: secretKey,
  });

  async function stop(): Promise<void> {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }

  const admin = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
  });
  try {
    await server.answers(() => admin.send(new CreateBucketCommand({ Bucket: options.bucket })));
  } catch (error) {
    await stop();
    throw error;
  } finally {
    admin.destroy();
  }
  return {
    endpoint,
    accessKey,
    secretKey,
    credentialsFolder,
    dataFolder,
    pause: server.pause,
    resume: server.resume,
    stop,
  };
}
