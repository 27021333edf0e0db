/**
 * Public names of a cloud that lead to a test: a proxy that takes every connection to a server of ours, with certificates
 * for those names. A program is brought there by variables that proxies and private CAs are commonly set by.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createSecureContext, type SecureContext } from 'node:tls';
import { certificateFor } from './certificates.ts';
import { listen } from './loopback.ts';

export interface CloudFront {
  /** Variables of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The names that were asked for, each once. */
  readonly names: ReadonlySet<string>;
}

/** `names` are those of the certificates; `*.` stands for one label. */
export async function cloudFront(
  t: TestContext,
  names: readonly string[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<CloudFront> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-cloud-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const contexts = new Map<string, SecureContext>();
  let authorities = '';
  let first: ServerOptions = {};
  for (const name of names) {
    const files = await certificateFor(name);
    const { 'tls.crt': cert = '', 'tls.key': key = '', 'ca.crt': ca = '' } = files;
    contexts.set(name, createSecureContext({ cert, key }));
    authorities += ca;
    first = { cert, key };
  }
  writeFileSync(join(folder, 'ca.pem'), authorities);
  const SNICallback: ServerOptions['SNICallback'] = (name, done) =>
    done(null, contexts.get(name) ?? contexts.get(name.replace(/^[^.]+/, '*')));
  const server = await listen(t, createServer({ ...first, SNICallback }, answer), 'https');

  const asked = new Set<string>();
  const proxy = createHttpServer();
  proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket, head: Buffer) => {
    asked.add(url.replace(/:443$/, ''));
    const target = connect(Number(new URL(server).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy()).once('close', () => target.destroy());
  });
  return {
    env: {
      HTTPS_PROXY: await listen(t, proxy),
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
    names: asked,
  };
}

/** Hands a request on to a server on loopback, with another path and without its authorisation. */
export function passOn(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  url: string,
  body: Buffer,
): void {
  const { authorization: _shown, host: _public, ...rest } = headers;
  const onward = request(url, { method: method ?? 'GET', headers: rest }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
