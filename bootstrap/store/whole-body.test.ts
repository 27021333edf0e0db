import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { wholeBody } from './whole-body.ts';

function whole(source: Readable, size: number | undefined): Readable {
  return wholeBody(source, {
    size,
    signal: undefined,
    toError: (error) => new Error('in words', { cause: error }),
    wrongSize: (seen) => new Error(`${seen} bytes came`),
  });
}

const ten = (): Readable => Readable.from([Buffer.alloc(4), Buffer.alloc(6)], { objectMode: false });

test('a stream of the announced size ends well, and so does one of unknown size', async () => {
  assert.equal((await buffer(whole(ten(), 10))).length, 10);
  assert.equal((await buffer(whole(ten(), undefined))).length, 10);
});

test('fewer or more bytes than announced are an error', async () => {
  await assert.rejects(buffer(whole(ten(), 11)), { message: '10 bytes came' });
  await assert.rejects(buffer(whole(ten(), 9)), { message: '10 bytes came' });
});

test('a source that closes before its end is an error, also where no size was announced', async () => {
  const source = new PassThrough();
  const body = buffer(whole(source, undefined));
  source.write('abc', () => source.destroy());
  await assert.rejects(body, { message: /bytes came/ });
});

test("the source's error comes in the store's words", async () => {
  const source = new PassThrough();
  const body = buffer(whole(source, 10));
  source.destroy(new Error('raw'));
  await assert.rejects(body, { message: 'in words' });
});

test("a consumer's own error stays its own, and stops the source", async () => {
  const source = ten();
  const own = new Error('the disk is full');
  await assert.rejects(
    pipeline(whole(source, 10), async function* (chunks) {
      for await (const _ of chunks) throw own;
      yield '';
    }),
    (error) => error === own,
  );
  assert.ok(source.destroyed);
});
