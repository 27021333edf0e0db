/** The measure of a backup: the server's own snapshot, read by a plain client that keeps nothing of it. */
import { request } from 'node:http';

export interface OwnSnapshot {
  readonly seconds: number;
  readonly bytes: number;
}

export async function readOwnSnapshot(address: string, token: string): Promise<OwnSnapshot> {
  const begin = performance.now();
  const bytes = await new Promise<number>((resolve, reject) => {
    const call = request(`${address}/v1/sys/storage/raft/snapshot`, {
      headers: { 'x-vault-token': token },
      agent: false,
    });
    call.once('error', reject);
    call.once('response', (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(size);
        else reject(new Error(`the server answered its snapshot with ${answer.statusCode}`));
      });
    });
    call.end();
  });
  return { seconds: (performance.now() - begin) / 1000, bytes };
}
