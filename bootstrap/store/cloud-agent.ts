/**
 * The connections to Google and Azure: limits on connecting and on each silence, none on a whole transfer; the proxy
 * that the environment names; no redirect is followed, since credentials must not go where an answer points.
 */

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { largerChunks } from '../larger-chunks.ts';

/** What tests make smaller. Times are milliseconds. */
export interface CloudTuning {
  readonly connectTimeout?: number;
  /** The longest silence of the server, before and within an answer. */
  readonly idleTimeout?: number;
  /** Tries of the SDK itself, where there is one. */
  readonly maxAttempts?: number;
  readonly pageSize?: number;
  readonly partSize?: number;
}

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

export function cloudAgent({ connectTimeout = 10_000, idleTimeout = 60_000 }: CloudTuning): Dispatcher {
  const options: Agent.Options = {
    connect: { timeout: connectTimeout },
    headersTimeout: idleTimeout,
    bodyTimeout: idleTimeout,
  };
  const proxied = PROXY_VARIABLES.some((name) => (process.env[name] ?? '') !== '');
  return proxied ? new EnvHttpProxyAgent(options) : new Agent(options);
}

/** A body of an answer as its reader may take it, however slowly. */
export function unhurried(body: Readable): Readable {
  const larger = largerChunks();
  // Its error, or a reader that goes away, destroys both; who reads hears of it from the stream.
  pipeline(body, larger, () => {});
  return larger;
}

/** At most so many bytes of an answer that is no object, as text. */
export async function shortText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, limit);
}

/** A host of this very machine: what is said to it crosses no network. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
