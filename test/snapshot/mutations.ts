/** What can happen to an archive on its way, as generators for property tests. */
import fc from 'fast-check';

export interface Mutation {
  readonly name: string;
  readonly bytes: Buffer;
}

export function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const at = bit >> 3;
  flipped[at] = (flipped[at] as number) ^ (1 << (bit & 7));
  return flipped;
}

/** Damage that changes an archive for certain, of the compressed bytes as of an unpacked tar. */
export function mutations(bytes: Buffer): fc.Arbitrary<Mutation> {
  const at = fc.nat(bytes.length - 1);
  const length = fc.integer({ min: 1, max: 600 });
  const cut = at.map((end) => ({ name: `cut at ${end}`, bytes: bytes.subarray(0, end) }));
  const append = fc
    .uint8Array({ minLength: 1, maxLength: 1100 })
    .map((tail) => ({ name: `${tail.length} bytes appended`, bytes: Buffer.concat([bytes, tail]) }));
  const remove = fc.tuple(at, length).map(([from, count]) => ({
    name: `${count} bytes lost at ${from}`,
    bytes: Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)]),
  }));
  const repeat = fc.tuple(at, length).map(([from, count]) => ({
    name: `${count} bytes doubled at ${from}`,
    bytes: Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]),
  }));
  const overwrite = fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([from, patch]) => {
    const changed = Buffer.from(bytes);
    changed.set(patch.subarray(0, bytes.length - from), from);
    return { name: `${patch.length} bytes overwritten at ${from}`, bytes: changed };
  });
  const flip = fc
    .nat(bytes.length * 8 - 1)
    .map((bit) => ({ name: `bit ${bit} flipped`, bytes: flipBit(bytes, bit) }));
  return fc
    .oneof(cut, append, remove, repeat, overwrite, { weight: 4, arbitrary: flip })
    .filter((mutation) => !mutation.bytes.equals(bytes));
}
