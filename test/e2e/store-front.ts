/** Stands before a store and answers with another clock: what a store whose time is wrong says in its headers. */

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Server } from '../support/start-s3.ts';

export interface StoreFront {
  /** The store, to be reached by way of this front. */
  readonly s3: S3Server;
  /** By how much the store's clock is ahead. */
  seconds: number;
  stop(): Promise<void>;
}

export async function startStoreFront(s3: S3Server, host: string): Promise<StoreFront> {
  const { hostname, port } = new URL(s3.endpoint);
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    // The host stays the one that the client signed.
    const behind = request({ hostname, port, method, path, headers }, (given) => {
      const date = new Date(Date.now() + front.seconds * 1000).toUTCString();
      answer.writeHead(given.statusCode ?? 502, { ...given.headers, date });
      given.pipe(answer);
    });
    behind.on('error', () => answer.destroy());
    answer.on('close', () => behind.destroy());
    asked.pipe(behind);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const endpoint = `http://${host}:${(server.address() as AddressInfo).port}`;
  const front: StoreFront = {
    s3: { ...s3, endpoint },
    seconds: 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return front;
}
