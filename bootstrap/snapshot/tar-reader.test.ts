import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTarReader } from './tar-reader.ts';

interface HeaderOptions {
  readonly type?: string;
  readonly size?: string;
  readonly prefix?: string;
  readonly magic?: string;
}

function header(name: string, options: HeaderOptions = {}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(options.size ?? '00000000003\0', 124, 'latin1');
  block.write(`        ${options.type ?? '0'}`, 148);
  block.write(options.magic ?? 'ustar\x0000', 257);
  block.write(options.prefix ?? '', 345);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function block(text: string): Buffer {
  const filled = Buffer.alloc(512);
  filled.write(text);
  return filled;
}

/** What a reader tells of the members, fed in two pieces cut at `cut`. */
function read(tar: Buffer, cut = 0): readonly string[] {
  const told: string[] = [];
  const reader = createTarReader({
    begin: (name, size, at) => void told.push(`${name} ${size} ${at}`),
    bytes: (chunk) => void told.push(chunk.toString()),
    end: () => void told.push('end'),
  });
  reader.feed(tar.subarray(0, cut));
  reader.feed(tar.subarray(cut));
  reader.end();
  return told;
}

const END = Buffer.alloc(1024);
const extended = block('19 size=9663676416\n');
const large = header('big', { size: '00000000000\0' });

test('a member is told with its size and place, wherever the chunks are cut', () => {
  const tar = Buffer.concat([header('a'), block('abc'), END]);
  for (let cut = 0; cut <= tar.length; cut++) {
    const told = read(tar, cut);
    assert.equal(told[0], 'a 3 0');
    assert.equal(told.slice(1, -1).join(''), 'abc');
    assert.equal(told.at(-1), 'end');
  }
});

test('a member of more than 8 GiB has its size in an extended header, as servers write it', () => {
  const pax = Buffer.concat([
    header('PaxHeaders.0/big', { type: 'x', size: '00000000023\0' }),
    extended,
    large,
  ]);
  const sizes: number[] = [];
  const reader = createTarReader({
    begin: (_, size) => void sizes.push(size),
    bytes: () => {},
    end: () => {},
  });
  reader.feed(pax);
  assert.deepEqual(sizes, [9 * 1024 ** 3]);
});

test('an extended header that says something else, twice or without need, is refused', () => {
  const start = (length: number) =>
    header('x', { type: 'x', size: `${length.toString(8).padStart(11, '0')}\0` });
  const cases: readonly (readonly [RegExp, readonly Buffer[]])[] = [
    [/more than a large size/, [start(19), block('19 path=meta.jsonx\n'), large]],
    [/more than a large size/, [start(10), block('10 size=3\n'), header('a')]],
    [/more than a large size/, [start(19), block('18 size=9663676416\n'), large]],
    [/more than a large size/, [start(19), block('19 size=9663676416\nx'), large]],
    [/is 1024 bytes long/, [start(1024), extended, extended, large]],
    [/not a regular file/, [start(19), extended, start(19), extended, large]],
    [/two different sizes/, [start(19), extended, header('a')]],
  ];
  for (const [message, blocks] of cases)
    assert.throws(() => read(Buffer.concat(blocks)), { exit: 'integrity', message });
});

test('headers of other dialects, with a wrong sum or with hidden parts are refused', () => {
  const broken = header('a');
  broken.write('b', 0);
  for (const [message, head] of [
    [/wrong checksum/, broken],
    [/not of the ustar format/, header('a', { magic: 'ustar  \0' })],
    [/no readable size/, header('a', { size: `\x80${'\0'.repeat(10)}\x03` })],
    [/no readable size/, header('a', { size: '-0000000003\0' })],
    [/no readable name/, header('a\0b')],
    [/no readable name/, header('')],
    [/into a folder/, header('a', { prefix: 'folder' })],
    [/not a regular file/, header('a', { type: '7' })],
  ] as const)
    assert.throws(() => read(Buffer.concat([head, block('abc'), END])), { exit: 'integrity', message });
});

test('a filling that is not zeros is refused', () => {
  assert.throws(
    () => read(Buffer.concat([header('a'), block('abcd'), END])),
    /from unpacked byte 515, is not all zeros/,
  );
});
