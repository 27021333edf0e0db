/** The S3 server behind a front that can hold back the second half of a snapshot: a download that takes as long as we like. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Server } from '../support/start-s3.ts';
import { eventually } from './kubernetes.ts';
import { surroundings } from './surroundings.ts';

export interface HeldStore {
  /** The same buckets and credentials, by the front's address. */
  readonly s3: S3Server;
  /** Of the front alone. */
  stop(): void;
  /** From now on no snapshot is given out whole. */
  hold(): void;
  /** Resolves when somebody has half of a snapshot and waits for the rest. */
  someoneWaits(): Promise<void>;
  /** How often a snapshot was asked for. */
  readonly downloads: () => number;
  /** All that was held back goes on, and what comes is not held any more. */
  release(): void;
}

export async function startHeldStore(real: S3Server): Promise<HeldStore> {
  let held: AbortController | undefined;
  let waiting = 0;
  let downloads = 0;

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', rawHeaders: headers } = asked;
    const onward = request(new URL(url, real.endpoint), { method, headers: [...headers], setHost: false });
    asked.pipe(onward);
    const [said] = (await once(onward, 'response')) as [IncomingMessage];
    answer.writeHead(said.statusCode ?? 502, said.rawHeaders);
    const download = method === 'GET' && /\.snap(\?|$)/.test(url);
    if (download) downloads++;
    if (held === undefined || !download) {
      said.pipe(answer);
      return;
    }
    const body = Buffer.concat(await said.toArray());
    answer.write(body.subarray(0, body.length / 2));
    waiting++;
    await Promise.race([once(held.signal, 'abort'), once(answer, 'close')]);
    waiting--;
    answer.end(body.subarray(body.length / 2));
  }

  const front = createServer((asked, answer) => {
    pass(asked, answer).catch(() => answer.destroy());
  });
  const { storeHost: host } = surroundings();
  front.listen(0, host);
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  return {
    s3: {
      ...real,
      endpoint: `http://${host}:${port}`,
    },
    stop() {
      front.close();
      front.closeAllConnections();
    },
    hold() {
      held ??= new AbortController();
    },
    someoneWaits: () =>
      eventually('a download that waits', async () =>
        waiting > 0 ? { answer: undefined } : { seen: 'nobody asked for a snapshot' },
      ),
    downloads: () => downloads,
    release() {
      held?.abort();
      held = undefined;
    },
  };
}
