import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  archiveOf,
  bytesField,
  goodArchive,
  goodMembers,
  inChunks,
  sha256,
  tarOf,
} from '../../test/snapshot/build-archive.ts';
import { createArchiveVerifier, verifyArchive } from './archive.ts';

const { meta, state, sums, sealed } = goodMembers();
const tar = await tarOf([meta, state, sums, sealed]);
const good = gzipSync(tar);

test('a good archive is accepted with its facts, whatever the size of the chunks', async () => {
  for (const chunk of [1, 7, 512, good.length]) {
    const facts = await verifyArchive(inChunks(good, chunk));
    assert.deepEqual(facts.meta, { index: 42, term: 3, stateSize: state.body.length });
    assert.deepEqual(facts.archive, { size: good.length, sha256: sha256(good) });
    assert.deepEqual(facts.state, { size: state.body.length, sha256: sha256(state.body) });
    assert.equal(facts.sealed.kind, 'shamir');
    assert.deepEqual(Buffer.from(facts.sums), sums.body);
    assert.deepEqual(Buffer.from(facts.sealedBytes), sealed.body);
  }
});

test('the verifier passes the compressed bytes on unchanged', async () => {
  assert.deepEqual(await buffer(inChunks(good, 100).pipe(createArchiveVerifier())), good);
});

test('meta is known before anybody reads from the verifier', async () => {
  const large = await goodArchive({ state: randomBytes(2 * 1024 * 1024) });
  const verifier = createArchiveVerifier();
  const piped = pipeline(inChunks(large), verifier);
  assert.equal((await verifier.meta).stateSize, 2 * 1024 * 1024);
  verifier.resume();
  await piped;
});

test('an auto-unsealed archive names its key', async () => {
  const blob = Buffer.concat([
    bytesField(1, Buffer.from('vault:v1:abc')),
    bytesField(5, bytesField(3, Buffer.from('k'))),
  ]);
  const facts = await verifyArchive(
    inChunks(await archiveOf([meta, state, sums, { ...sealed, body: blob }])),
  );
  assert.deepEqual(facts.sealed, { kind: 'auto', keyId: 'k' });
});

test('a consumer never sees the end of a bad archive', async () => {
  let ended = false;
  const upload = new Writable({
    write: (_chunk, _encoding, callback) => callback(),
    final: (callback) => {
      ended = true;
      callback();
    },
  });
  const verifier = createArchiveVerifier();
  await assert.rejects(pipeline(inChunks(await archiveOf([meta, state, sums])), verifier, upload), {
    exit: 'integrity',
  });
  assert.equal(ended, false);
  assert.ok(upload.destroyed);
  await assert.rejects(verifier.facts, { exit: 'integrity' });
});

test('a failing source and a leaving consumer end the verifier and both promises, with their own reason', async () => {
  const cut = new Error('connection reset');
  const verifier = createArchiveVerifier();
  const source = new Readable({ read: () => {} });
  source.push(good.subarray(0, 20));
  const piped = pipeline(source, verifier);
  verifier.resume();
  source.destroy(cut);
  await assert.rejects(piped, cut);
  await assert.rejects(verifier.meta, cut);
  await assert.rejects(verifier.facts, cut);

  const left = createArchiveVerifier();
  const waiting = new Readable({ read: () => {} });
  const unread = pipeline(waiting, left);
  left.destroy();
  await assert.rejects(unread);
  assert.ok(waiting.destroyed);
  await assert.rejects(left.facts, { exit: 'integrity', message: /not read to its end/ });
});

test('a promise that nobody waits for is no unhandled rejection', async () => {
  const seen: unknown[] = [];
  const note = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', note);
  const verifier = createArchiveVerifier();
  verifier.on('error', () => {});
  verifier.end('no gzip at all, and long enough to be told');
  verifier.resume();
  await new Promise((resolve) => verifier.once('close', resolve));
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  assert.deepEqual(seen, []);
});
