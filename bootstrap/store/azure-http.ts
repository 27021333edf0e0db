/**
 * What the SDK of Azure sends its requests by: it brings no limit on silence of its own. A connection that failed comes
 * back as the error that the SDK tries again.
 */

import type { Dispatcher } from 'undici';
import { type CloudTuning, cloudAgent, shortText, unhurried } from './cloud-agent.ts';
import { networkReason } from './network-errors.ts';
import { type IHttpClient, RestError, type WebResource } from './sdk/azure.ts';

/** Listings are the largest answers that are no objects. */
const TEXT_LIMIT = 32 * 1024 * 1024;

export function azureHttp(tuning: CloudTuning): IHttpClient {
  const dispatcher = cloudAgent(tuning);

  async function ask(request: WebResource): Promise<Dispatcher.ResponseData> {
    const url = new URL(request.url);
    try {
      return await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: request.headers.rawHeaders(),
        body: (request.body ?? null) as Uint8Array | string | null,
        signal: (request.abortSignal ?? null) as AbortSignal | null,
      });
    } catch (error) {
      throw passing(error);
    }
  }

  return {
    async sendRequest(request) {
      const { statusCode, headers: received, body } = await ask(request);
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of Object.entries(received)) headers.set(name, String(value));
      const common = { request, status: statusCode, headers };
      if (request.method === 'HEAD') {
        await body.dump();
        return common;
      }
      // `Infinity` there stands for every status.
      const streamed = request.streamResponseStatusCodes;
      if (streamed?.has(statusCode) || streamed?.has(Number.POSITIVE_INFINITY)) {
        return { ...common, readableStreamBody: unhurried(body) };
      }
      return { ...common, bodyAsText: await shortText(body, TEXT_LIMIT).catch(rethrow) };
    },
  };
}

function rethrow(error: unknown): never {
  throw passing(error);
}

/** Only what may pass; a certificate that is not accepted is not accepted at the next try either. */
function passing(error: unknown): unknown {
  if (networkReason(error) === undefined) return error;
  return Object.assign(new RestError('connection', { code: 'REQUEST_SEND_ERROR' }), { cause: error });
}
