import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  archiveOf,
  goodArchive,
  goodMembers,
  inChunks,
  metaText,
  tarOf,
} from '../../test/snapshot/build-archive.ts';
import { flipBit } from '../../test/snapshot/mutations.ts';
import { verifyArchive } from './archive.ts';

async function refuses(archive: Buffer, message: RegExp, chunk?: number): Promise<void> {
  await assert.rejects(verifyArchive(inChunks(archive, chunk)), { exit: 'integrity', message });
}

const { meta, state, sums, sealed } = goodMembers();
const tar = await tarOf([meta, state, sums, sealed]);
const good = gzipSync(tar);

test('every truncation is refused', async () => {
  for (let length = 0; length < good.length; length++)
    await refuses(good.subarray(0, length), length === 0 ? /is empty: 0 bytes/ : /breaks off/);
});

test('every bit of the gzip frame is checked, but for time, level and system of the header', async () => {
  const trailer = (good.length - 8) * 8;
  for (let i = 0; i < 80 + 64; i++) {
    const bit = i < 80 ? i : trailer + i - 80;
    const flipped = flipBit(good, bit);
    if (bit < 32 || bit >= 80) await refuses(flipped, /no snapshot|gzip header|gzip checksum/);
    else
      assert.deepEqual((await verifyArchive(inChunks(flipped))).meta, {
        index: 42,
        term: 3,
        stateSize: 1500,
      });
  }
});

test('damage inside the compressed bytes is refused with the place and the member', async () => {
  const large = await goodArchive({ state: randomBytes(100_000) });
  const overwritten = Buffer.from(large).fill(0xff, 50_000, 50_100);
  await refuses(
    overwritten,
    /is damaged before byte \d+, in state\.bin, after \d+ of its 100000 bytes|SHA256SUMS says/,
  );
  await refuses(
    large.subarray(0, 50_000),
    /breaks off after 50000 bytes, in state\.bin, after \d+ of its 100000 bytes$/,
  );
});

test('trailing bytes, zeros and a second gzip member are refused', async () => {
  for (const tail of [Buffer.from('x'), Buffer.alloc(1), Buffer.alloc(600), gzipSync(''), good])
    for (const chunk of [1, good.length, 2 * good.length])
      await refuses(Buffer.concat([good, tail]), /goes on after its gzip end, at byte \d+/, chunk);
});

test('data after the end of the tar, and an end that is too short, are refused', async () => {
  await refuses(gzipSync(Buffer.concat([tar, Buffer.alloc(512)])), /goes on after its end, at unpacked byte/);
  await refuses(gzipSync(Buffer.concat([tar, tar])), /goes on after its end/);
  await refuses(gzipSync(tar.subarray(0, -512)), /breaks off at unpacked byte/);
  await refuses(gzipSync(tar.subarray(0, -1024)), /breaks off at unpacked byte/);
  await refuses(gzipSync(Buffer.concat([tar.subarray(0, -512), tar.subarray(0, 512)])), /after an end mark/);
});

test('what is no gzip is named, without a word of its content', async () => {
  const secret = 'hvs.verysecret';
  for (const [text, name] of [
    [`{"errors":["${secret}"]}`, /error answer/],
    [`{"root_token":"${secret}"}`, /JSON text/],
    [`<!DOCTYPE html><p>${secret}`, /HTML/],
    [`Unseal Key 1: ${secret}`, /plain text/],
    [tar, /without its gzip compression/],
    [randomBytes(100).fill(0, 0, 1), /some other kind/],
  ] as const) {
    const error = await verifyArchive(inChunks(Buffer.from(text))).catch((e: Error) => e);
    assert.match(String(error), name);
    assert.doesNotMatch(JSON.stringify(error) + String(error), /hvs/);
  }
});

test('missing, foreign, doubled and reordered members are refused by name', async () => {
  await refuses(await archiveOf([meta, state, sums]), /has no SHA256SUMS\.sealed/);
  await refuses(await archiveOf([meta, state]), /ends without SHA256SUMS/);
  await refuses(await archiveOf([]), /ends without meta\.json/);
  await refuses(await archiveOf([meta, sums, sealed]), /"SHA256SUMS".*state\.bin is missing/);
  await refuses(await archiveOf([state, meta, sums, sealed]), /"state\.bin".*comes too early/);
  await refuses(
    await archiveOf([meta, meta, state, sums, sealed]),
    /"meta\.json" at unpacked byte \d+.*twice/,
  );
  await refuses(await archiveOf([meta, state, sums, sealed, sealed]), /twice/);
  const extra = { name: 'extra', body: Buffer.from('x') };
  await refuses(await archiveOf([meta, state, sums, sealed, extra]), /"extra".*no member/);
  await refuses(
    await archiveOf([{ ...meta, name: './meta.json' }, state, sums, sealed]),
    /"\.\/meta\.json".*no member/,
  );
  await refuses(await archiveOf([{ ...meta, name: '/meta.json' }, state, sums, sealed]), /no member/);
});

test('links, folders and extended headers are refused', async () => {
  const empty = Buffer.alloc(0);
  for (const type of ['symlink', 'link', 'fifo'] as const) {
    const linked = { name: 'meta.json', body: empty, header: { type, linkname: 'x', size: 0 } };
    await refuses(await archiveOf([linked, state, sums, sealed]), /link|not a regular file/);
  }
  const folder = { name: 'meta.json', body: empty, header: { type: 'directory', size: 0 } } as const;
  await refuses(await archiveOf([folder, state, sums, sealed]), /not a regular file/);
  const extended = { ...meta, header: { pax: { comment: 'x' } } };
  await refuses(await archiveOf([extended, state, sums, sealed]), /says more than a large size/);
});

test('sizes and digests that disagree are refused', async () => {
  const wrongSize = goodMembers({ meta: metaText(state.body.length + 1), state: state.body });
  await refuses(
    await archiveOf([wrongSize.meta, state, wrongSize.sums, wrongSize.sealed]),
    /state\.bin at unpacked byte 1024 .* is 1500 bytes long, but meta\.json says 1501/,
  );
  const other = Buffer.from(state.body).fill('x', 3, 4);
  await refuses(
    await archiveOf([meta, { ...state, body: other }, sums, sealed]),
    /state\.bin .* SHA256SUMS says/,
  );
  const otherMeta = { ...meta, body: Buffer.from(meta.body.toString().replace('42', '43')) };
  await refuses(await archiveOf([otherMeta, state, sums, sealed]), /meta\.json .* SHA256SUMS says/);
  await refuses(
    await archiveOf([meta, state, { ...sums, body: Buffer.from('x\n') }, sealed]),
    /not two lines/,
  );
});

test('an empty state.bin and a member beyond the limit are refused at their headers', async () => {
  const none = goodMembers({ state: Buffer.alloc(0) });
  await refuses(await archiveOf([none.meta, none.state, none.sums, none.sealed]), /state\.bin .* is empty/);
  const bomb = { ...sums, body: Buffer.alloc(50 * 1024 * 1024) };
  await refuses(await archiveOf([meta, state, bomb, sealed]), /no server takes more than 8191/);
});

test('a meta.json that is no object, or lacks a number, is refused', async () => {
  for (const text of ['[]', 'null', '7', '{', '{"Index":1,"Term":2}', '{"Index":-1,"Term":2,"Size":1500}'])
    await refuses(
      await archiveOf([{ ...meta, body: Buffer.from(text) }, state, sums, sealed]),
      /meta\.json of the snapshot/,
    );
});
