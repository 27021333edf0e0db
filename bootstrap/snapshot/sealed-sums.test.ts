import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesField, sealByShamir } from '../../test/snapshot/build-archive.ts';
import { readSealedSums } from './sealed-sums.ts';

const text = (value: string) => Buffer.from(value);
const refused = { exit: 'integrity', message: /SHA256SUMS\.sealed of the snapshot .* is not what/ };

test("a Shamir server's message has a ciphertext and an empty key id", () => {
  const sealed = readSealedSums(sealByShamir(randomBytes(32), text('sums')));
  assert.equal(sealed.kind === 'shamir' && sealed.ciphertext.length, 12 + 4 + 16);
});

test("a key service's message names its key", () => {
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1';
  const info = Buffer.concat([
    Buffer.from([1 * 8, 3]),
    bytesField(3, text(arn)),
    bytesField(5, randomBytes(200)),
  ]);
  const blob = Buffer.concat([bytesField(1, text('c')), bytesField(2, text('iv')), bytesField(5, info)]);
  assert.deepEqual(readSealedSums(blob), { kind: 'auto', keyId: arn });
});

test('a key service without a name for its key is not taken for Shamir', () => {
  for (const rest of [bytesField(2, text('iv')), bytesField(5, bytesField(5, text('wrapped')))])
    assert.deepEqual(readSealedSums(Buffer.concat([bytesField(1, text('c')), rest])), {
      kind: 'auto',
      keyId: '',
    });
});

test('fields of newer servers are passed over', () => {
  const newer = [
    bytesField(1, text('c')),
    Buffer.from([4 * 8, 1]),
    bytesField(9, text('new')),
    Buffer.from([13 * 8 + 5, 1, 2, 3, 4]),
  ];
  assert.equal(readSealedSums(Buffer.concat(newer)).kind, 'shamir');
});

test('what is no such message is refused', () => {
  const before = bytesField(1, text('c'));
  const cases = {
    nothing: Buffer.alloc(0),
    'no ciphertext': bytesField(5, text('')),
    'an empty ciphertext': bytesField(1, text('')),
    'a ciphertext that is a number': Buffer.from([1 * 8, 7]),
    'plain text': text('{"errors":[]}'),
    'two ciphertexts': Buffer.concat([before, before]),
    'a length beyond the end': Buffer.concat([before, Buffer.from([9 * 8 + 2, 2, 0])]),
    'a length that never ends': Buffer.concat([before, Buffer.from([9 * 8 + 2]), Buffer.alloc(9, 0xff)]),
    'a length of more than 32 bits': Buffer.concat([
      before,
      Buffer.from([9 * 8 + 2, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ]),
    'a field number that wraps around to 1': Buffer.from([0x8a, 0x80, 0x80, 0x80, 0x10, 1, 7]),
    'field 0': Buffer.concat([before, Buffer.from([2, 0])]),
    'a group': Buffer.concat([before, Buffer.from([9 * 8 + 3])]),
    'a cut number': Buffer.concat([before, Buffer.from([4 * 8, 0x80])]),
    'a number that never ends': Buffer.concat([before, Buffer.from([4 * 8]), Buffer.alloc(11, 0xff)]),
    'a cut fixed number': Buffer.concat([before, Buffer.from([13 * 8 + 1, 1, 2])]),
    'a key info that is no message': Buffer.concat([before, bytesField(5, text('x'))]),
    'a key id that is no text': Buffer.concat([before, bytesField(5, bytesField(3, Buffer.from([0xff])))]),
  };
  for (const [name, bytes] of Object.entries(cases))
    assert.throws(() => readSealedSums(bytes), refused, name);
});

test('any bytes are either read or refused as damaged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        readSealedSums(bytes);
      } catch (error) {
        assert.equal((error as { exit?: string }).exit, 'integrity');
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
});
