/**
 * An API server by another address and with another CA: it passes every request on to the real one of the cluster. What an
 * auth method knew of a cluster that is gone leads to such a front; started anew it has a CA that nobody knows.
 */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateFor } from '../support/certificates.ts';
import { kubectl } from './kubernetes.ts';

interface KubeConfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
}

export interface ApiFront {
  readonly address: string;
  /** PEM. */
  readonly ca: string;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

export async function startApiFront(host: string, port = 0): Promise<ApiFront> {
  const view = await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']);
  const [real] = (JSON.parse(view) as KubeConfig).clusters;
  if (real === undefined) throw new Error('the kubeconfig names no cluster');
  const target = new URL(real.cluster.server);
  const ca = Buffer.from(real.cluster['certificate-authority-data'], 'base64');
  const files = await certificateFor('api-front', [host]);
  const asked: string[] = [];
  const tls = { cert: files['tls.crt'] ?? '', key: files['tls.key'] ?? '' };
  const server: Server = createServer(tls, (incoming, answer) => {
    const { method, url: path = '', headers } = incoming;
    asked.push(path);
    const to = { hostname: target.hostname, port: target.port, method, path, ca };
    const behind = request({ ...to, headers: { ...headers, host: target.host } }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    behind.on('error', () => answer.destroy());
    incoming.pipe(behind);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    address: `https://${host}:${(server.address() as AddressInfo).port}`,
    ca: files['ca.crt'] ?? '',
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
