/** One call of the JSON API of Google Cloud Storage, with its login; an answer that is no success throws. */
import type { Dispatcher } from 'undici';
import { LifeboatError } from '../../contract/errors.ts';
import type { StoreSlice } from '../../contract/store-slice.ts';
import { type CloudTuning, cloudAgent, shortText } from './cloud-agent.ts';
import { GcsRefusal } from './gcs-errors.ts';
import { googleLogin } from './google-login.ts';

export type GcsConfig = Extract<StoreSlice, { gcs: unknown }>['gcs'];

export interface GcsCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the endpoint: `/storage/v1/b/...`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses beside 2xx that are no failure. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export type GcsAnswer = Dispatcher.ResponseData;

export interface GcsClient {
  readonly endpoint: URL;
  send(call: GcsCall): Promise<GcsAnswer>;
  json(call: GcsCall): Promise<Readonly<Record<string, unknown>>>;
}

const PUBLIC = 'https://storage.googleapis.com';
const ERROR_LIMIT = 64 * 1024;
/** A page of 1,000 objects has less than 200 KiB with the fields that are asked for. */
const JSON_LIMIT = 8 * 1024 * 1024;

export function createGcsClient(config: GcsConfig, tuning: CloudTuning): GcsClient {
  const endpoint = endpointOf(config.endpoint ?? PUBLIC);
  const dispatcher = cloudAgent(tuning);
  const login = googleLogin(endpoint, config.credentials);

  async function send({ method, path, query, body, signal, ...call }: GcsCall): Promise<GcsAnswer> {
    signal?.throwIfAborted();
    const headers = await login();
    signal?.throwIfAborted();
    const answer = await dispatcher.request({
      origin: endpoint.origin,
      path: `${path}?${new URLSearchParams(query).toString()}`,
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...call.headers,
      },
      body: body ?? null,
      signal: signal ?? null,
    });
    const { statusCode } = answer;
    if ((statusCode >= 200 && statusCode < 300) || call.accept?.includes(statusCode)) return answer;
    throw new GcsRefusal(statusCode, await shortText(answer.body, ERROR_LIMIT));
  }

  return {
    endpoint,
    send,
    json: async (call) => jsonOf(await send(call)),
  };
}

/** An answer that is no JSON is an empty object, which every reader takes for one that is not Google's. */
export async function jsonOf({ body }: GcsAnswer): Promise<Readonly<Record<string, unknown>>> {
  const text = await shortText(body, JSON_LIMIT);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new LifeboatError('store', 'store.gcs.endpoint is no http:// or https:// address', {
    hint: 'write it with its scheme, such as https://storage-vault.p.googleapis.com',
  });
}
