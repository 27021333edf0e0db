import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from './decode.ts';

const BOM = '\ufeff';

function wrongOf(bytes: Uint8Array) {
  const decoded = decodeText(bytes);
  return 'wrong' in decoded ? decoded.wrong : undefined;
}

test('UTF-8 is text, and a byte order mark at its beginning is none of it', () => {
  assert.deepEqual(decodeText(Buffer.from('name: grün 漢 🛟\n')), { text: 'name: grün 漢 🛟\n' });
  assert.deepEqual(decodeText(Buffer.from(`${BOM}a: 1\r\n\tx\n`)), { text: 'a: 1\r\n\tx\n' });
  assert.deepEqual(decodeText(Buffer.from('the character \ufffd itself\n')), {
    text: 'the character \ufffd itself\n',
  });
  assert.deepEqual(decodeText(Buffer.from('')), { text: '' });
});

for (const [name, bytes, line, column, offset] of [
  ['Latin-1', Buffer.from('a: 1\nname: grün\n', 'latin1'), 2, 9, 13],
  ['a character that is cut off', Buffer.from('a: 漢').subarray(0, 5), 1, 4, 3],
  [
    'a wrong byte after good characters',
    Buffer.concat([Buffer.from('é\ufffd'), Buffer.from([0xff])]),
    1,
    3,
    5,
  ],
] as const) {
  test(`${name} is refused with its line, column and byte`, () => {
    const wrong = wrongOf(bytes);

    assert.match(wrong?.message ?? '', new RegExp(`not UTF-8: byte ${offset} begins no character`));
    assert.deepEqual([wrong?.line, wrong?.column], [line, column]);
    assert.match(wrong?.hint ?? '', /Save the file as UTF-8/);
  });
}

for (const [name, bytes] of [
  ['little-endian with a mark', Buffer.from(`${BOM}a: 1`, 'utf16le')],
  ['big-endian with a mark', Buffer.from(`${BOM}a: 1`, 'utf16le').swap16()],
  ['little-endian without one', Buffer.from('a: 1', 'utf16le')],
  ['big-endian without one', Buffer.from('a: 1', 'utf16le').swap16()],
] as const) {
  test(`UTF-16 is named: ${name}`, () => {
    assert.match(wrongOf(bytes)?.message ?? '', /the file is UTF-16, and UTF-8 is expected/);
  });
}

for (const [name, text, says] of [
  ['a mark of joined files', `a: 1\n${BOM}b: 2\n`, /invisible byte order mark/],
  ['a zero byte', 'a: 1\n\0b: 2\n', /control character \(U\+0000\)/],
  ['what moves a terminal', 'a: 1\n\u001b[2J\n', /control character \(U\+001B\)/],
] as const) {
  test(`${name} is refused at its place`, () => {
    const wrong = wrongOf(Buffer.from(text));

    assert.match(wrong?.message ?? '', says);
    assert.deepEqual([wrong?.line, wrong?.column], [2, 1]);
  });
}
