import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { largerChunks } from './larger-chunks.ts';
import { createTransport } from './vault/transport.ts';

const MIB = 1024 * 1024;

test('the same bytes come out, in chunks of at least the size but for the last', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 50 }), async (lengths, size) => {
      let at = 0;
      const source = lengths.map((length) => Buffer.from(Array.from({ length }, () => at++ % 251)));
      const out: Buffer[] = [];

      await pipeline(Readable.from(source), largerChunks(size), async (chunks) => {
        for await (const chunk of chunks) out.push(chunk as Buffer);
      });

      assert.deepEqual(Buffer.concat(out), Buffer.concat(source));
      assert.ok(out.slice(0, -1).every(({ length }) => length >= size));
      assert.ok(out.every(({ length }) => length > 0));
    }),
  );
});

/** Sends `total` bytes in chunks as small as a Vault's, as fast as they are taken. */
async function startSender(total: number) {
  let sent = 0;
  const server = createServer(async (_request, answer) => {
    while (sent < total) {
      for (const size of [2048, 14 * 1024]) {
        sent += size;
        if (!answer.write(Buffer.alloc(size, 7))) await once(answer, 'drain');
      }
    }
    answer.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sent: () => sent, server };
}

test('a slow reader holds the server back: only a few MiB are between them', {
  timeout: 60_000,
}, async (t) => {
  const total = 48 * MIB;
  const sender = await startSender(total);
  const transport = createTransport();
  t.after(async () => {
    await transport.close();
    sender.server.close();
  });
  const { body } = await transport.send({ method: 'GET', url: sender.url });
  let taken = 0;
  let between = 0;

  for await (const chunk of body.pipe(largerChunks())) {
    // A few turns of the event loop for each 16 KiB: the sender could be far ahead by then.
    for (let i = 0; i < (chunk as Buffer).length / (4 * 1024); i++) await turn();
    between = Math.max(between, sender.sent() - taken);
    taken += (chunk as Buffer).length;
  }

  assert.equal(taken, sender.sent());
  assert.ok(between < total / 3, `${(between / MIB).toFixed()} MiB were on their way`);
});
