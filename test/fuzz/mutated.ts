/** Inputs made out of the corpus: one file, or two that are spliced, changed in a few places. */
import fc from 'fast-check';

type Edit = (bytes: Buffer) => Buffer;

/** What parsers stumble over, as bytes. */
const TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\u0000',
    ':',
    ',',
    '-',
    '#',
    '&a',
    '*a',
    '<<: ',
    '!!str ',
    '|',
    '>',
    '%',
    '\t',
  ],
  ...[
    'null',
    'true',
    '1e309',
    '-0',
    '9007199254740993',
    '__proto__',
    'constructor',
    '..',
    '../',
    '//',
    '/*',
    '<<EOF\n',
  ],
  ...[
    '\0',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\ud83d\ude00',
    '\x1b[2J',
    '$(id)',
    '${X}',
    '{{ . }}',
    'a'.repeat(5000),
  ],
].map((text) => Buffer.from(text));

/** A place in the bytes, whatever their length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(
    ([where, bit]): Edit =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        const index = Math.min(at(bytes, where), bytes.length - 1);
        if (index >= 0) changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        return changed;
      },
  ),
  fc.tuple(place, fc.oneof(fc.constantFrom(...TOKENS), fc.uint8Array({ maxLength: 40 }))).map(
    ([where, more]): Edit =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at(bytes, where)), more, bytes.subarray(at(bytes, where))]),
  ),
  fc.tuple(place, fc.nat(200)).map(
    ([where, count]): Edit =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + count)]),
  ),
  fc.tuple(place, place, fc.integer({ min: 1, max: 50 })).map(
    ([from, to, times]): Edit =>
      (bytes) => {
        const part = bytes.subarray(
          Math.min(at(bytes, from), at(bytes, to)),
          Math.max(at(bytes, from), at(bytes, to)),
        );
        const many = Array.from({ length: part.length > 2000 ? 2 : times }, () => part);
        return Buffer.concat([bytes.subarray(0, at(bytes, to)), ...many, bytes.subarray(at(bytes, to))]);
      },
  ),
);

export function mutated(corpus: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const one = fc.constantFrom(...corpus);
  const spliced = fc
    .tuple(one, one, place)
    .map(([a, b, where]) => Buffer.concat([a.subarray(0, at(a, where)), b.subarray(at(b, where))]));
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: one }, spliced), fc.array(edit, { maxLength: 6 }))
    .map(([bytes, edits]) => edits.reduce((changed, change) => change(changed), bytes));
}
