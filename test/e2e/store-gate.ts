/** A door before a store: while it is shut, nobody listens at the store's address, as if its server were down. */
import { createServer, type Server, Socket } from 'node:net';
import { freePort } from '../support/server-process.ts';

export interface StoreGate {
  /** What the pods are told. */
  readonly endpoint: string;
  open(): Promise<void>;
  /** Cuts what is under way, too. */
  shut(): Promise<void>;
}

export async function storeGate(endpoint: string): Promise<StoreGate> {
  const { hostname, port: storePort } = new URL(endpoint);
  const port = await freePort(hostname);
  const open = new Set<Socket>();
  let server: Server | undefined;

  function carry(client: Socket): void {
    const store = new Socket().connect(Number(storePort), hostname);
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  return {
    endpoint: `http://${hostname}:${port}`,
    async open() {
      server = createServer(carry);
      await new Promise<void>((resolve, reject) => {
        server?.once('error', reject);
        server?.listen(port, hostname, resolve);
      });
    },
    async shut() {
      const closing = server;
      server = undefined;
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) =>
        closing === undefined ? resolve() : closing.close(() => resolve()),
      );
    },
  };
}
