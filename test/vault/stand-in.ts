/** A stand-in for a Vault: a real HTTP(S) server on loopback that answers as it is told and remembers what was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A status with a JSON body, or what is done with the response. */
export type Answer = { readonly status: number; readonly json?: unknown } | ((to: ServerResponse) => void);

export interface StandIn {
  readonly address: string;
  readonly port: number;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

export async function startStandIn(
  answer: (asked: Asked) => Answer | Promise<Answer>,
  tls?: { readonly cert: string; readonly key: string },
): Promise<StandIn> {
  const asked: Asked[] = [];
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body: await text(request) };
    asked.push(one);
    const given = await answer(one);
    if (typeof given === 'function') {
      given(response);
      return;
    }
    response.writeHead(given.status, { 'content-type': 'application/json' });
    response.end(given.json === undefined ? '' : JSON.stringify(given.json));
  }
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
