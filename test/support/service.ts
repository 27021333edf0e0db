/**
 * A Kubernetes Service in small: one address, and a server behind it that may change. It can hold a download at some
 * point, for what happens then.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface Service {
  readonly address: string;
  /** The port behind it on loopback; undefined: nobody is there, connections are cut. */
  leadTo(port: number | undefined): void;
  /** Runs once, when one connection has brought that many bytes; until it resolves no more of them pass. */
  holdAt(bytes: number, work: () => Promise<void>): void;
  stop(): Promise<void>;
}

interface Hold {
  readonly bytes: number;
  readonly work: () => Promise<void>;
}

export async function startService(port: number | undefined): Promise<Service> {
  let target = port;
  let hold: Hold | undefined;
  const sockets = new Set<Socket>();

  function join(client: Socket): void {
    if (target === undefined) {
      client.destroy();
      return;
    }
    const server = connect(target, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    client.on('error', () => server.destroy()).once('close', () => server.destroy());
    server.on('error', () => client.destroy());
    client.pipe(server);
    server.pipe(meter()).pipe(client);
  }

  /** Counts what one connection brings, and holds it where that was asked for. */
  function meter(): Transform {
    let passed = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        passed += chunk.length;
        if (hold === undefined || passed < hold.bytes) {
          done(null, chunk);
          return;
        }
        const { work } = hold;
        hold = undefined;
        work().then(() => done(null, chunk), done);
      },
    });
  }

  const listener = createServer(join).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port was given');
  return {
    address: `http://127.0.0.1:${bound.port}`,
    leadTo(next) {
      target = next;
    },
    holdAt(bytes, work) {
      hold = { bytes, work };
    },
    async stop() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
  };
}
