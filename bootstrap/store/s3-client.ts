/** The S3 client of a store: where it connects, which credentials it shows, and how long it waits. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { StoreSlice } from '../../contract/slice.ts';
import { S3Client, type S3ClientConfig } from './sdk/s3.ts';

export type S3Config = Extract<StoreSlice, { s3: unknown }>['s3'];

/** What tests make smaller. Times are milliseconds. */
export interface S3Tuning {
  readonly connectTimeout?: number;
  /** The longest silence of the server, before and within an answer; no limit for a whole transfer. */
  readonly idleTimeout?: number;
  readonly maxAttempts?: number;
  readonly pageSize?: number;
  readonly partSize?: number;
}

export function createS3Client(config: S3Config, tuning: S3Tuning): S3Client {
  // The image brings its own node; a warning of the SDK about a laptop's would only stand between our lines.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const region = config.region ?? (config.endpoint === undefined ? undefined : 'us-east-1');
  const checksums = config.checksums === 'when_required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  const options: S3ClientConfig = {
    ...(region === undefined ? {} : { region }),
    ...(config.endpoint === undefined ? {} : { endpoint: endpointOf(config.endpoint).href }),
    ...(config.credentials === undefined ? {} : { credentials: credentialsFrom(config.credentials) }),
    forcePathStyle: config.forcePathStyle ?? config.endpoint !== undefined,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: tuning.maxAttempts ?? 3,
    requestHandler: {
      connectionTimeout: tuning.connectTimeout ?? 10_000,
      socketTimeout: tuning.idleTimeout ?? 60_000,
      ...(config.caFile === undefined
        ? {}
        : { httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 50, ca: readCa(config.caFile) }) }),
    },
  };
  return new S3Client(options);
}

/** The endpoint as a URL, without a user and password that someone may have put into it. */
export function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new LifeboatError('store', 'store.s3.endpoint is no http:// or https:// address', {
      hint: 'write it with its scheme, such as https://s3.example.org',
    });
  }
  url.username = '';
  url.password = '';
  return url;
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new LifeboatError(
      'store',
      `the CA of the store's endpoint cannot be read from ${file}: ${systemCode(error) ?? 'unreadable'}`,
      {
        hint: 'create the Secret or ConfigMap that store.s3.ca names, in this namespace',
        missing: systemCode(error) === 'ENOENT' ? 'secret' : undefined,
      },
    );
  }
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration: Date;
}

/** Reads the mounted Secret anew for each request, so that rotated credentials count without a restart. */
function credentialsFrom(folder: string): () => Promise<Credentials> {
  return async () => {
    const accessKeyId = await readCredential(folder, 'AWS_ACCESS_KEY_ID');
    const secretAccessKey = await readCredential(folder, 'AWS_SECRET_ACCESS_KEY');
    const sessionToken = await readCredential(folder, 'AWS_SESSION_TOKEN', true);
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === '' ? {} : { sessionToken }),
      // The SDK keeps credentials that never expire for ever, and asks again for those that are about to.
      expiration: new Date(Date.now() + 60_000),
    };
  };
}

async function readCredential(folder: string, file: string, optional = false): Promise<string> {
  let text = '';
  let seen = 'is empty';
  let missing = false;
  try {
    text = (await readFile(join(folder, file), 'utf8')).trim();
  } catch (error) {
    missing = systemCode(error) === 'ENOENT';
    if (optional && missing) return '';
    seen = missing ? 'is missing' : `cannot be read (${systemCode(error) ?? 'unknown'})`;
  }
  if (text !== '' || optional) return text;
  throw new LifeboatError('store', `the store's credentials are incomplete: ${join(folder, file)} ${seen}`, {
    hint: `create the Secret that is mounted at ${folder}, with the key ${file}`,
    missing: missing ? 'secret' : undefined,
  });
}
