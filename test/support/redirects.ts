/** What a hostile or mistaken answer may do to a client: send it elsewhere, where somebody waits for its tokens. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';

export interface Trap {
  readonly port: number;
  readonly connections: () => number;
  stop(): Promise<void>;
}

/** Where nothing may ever arrive: it counts connections, before anything is said over them. */
export async function trap(host: string): Promise<Trap> {
  let count = 0;
  const server = createTcpServer((socket) => {
    count++;
    socket.destroy();
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => count, stop: () => closed(server) };
}

async function closed(server: TcpServer): Promise<void> {
  server.close();
  await once(server, 'close');
}

export interface Redirect {
  readonly path: string;
  readonly to: string;
}

export interface Front {
  readonly address: string;
  /** Every token that it was shown. */
  readonly tokens: ReadonlySet<string>;
  /** The redirects that nobody met yet. */
  readonly left: () => readonly Redirect[];
  stop(): Promise<void>;
}

/** A server in front of the real one that sends elsewhere whoever asks for the path of its next redirect. */
export async function startFront(real: string, redirects: readonly Redirect[]): Promise<Front> {
  const tokens = new Set<string>();
  const left = [...redirects];
  const server = createServer(async (request, response) => {
    const token = request.headers['x-vault-token'];
    if (typeof token === 'string') tokens.add(token);
    const body = Buffer.concat(await request.toArray());
    const [next] = left;
    if (next !== undefined && next.path === request.url) {
      left.shift();
      response.writeHead(307, { location: `${next.to}${next.path}` }).end();
      return;
    }
    const answer = await fetch(`${real}${request.url}`, {
      method: request.method ?? 'GET',
      headers: typeof token === 'string' ? { 'x-vault-token': token } : {},
      ...(body.length === 0 ? {} : { body }),
    });
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, tokens, left: () => left, stop: () => closed(server) };
}
