/** Reads one 512-byte header of a tar archive. Takes what servers write (ustar) and refuses every other dialect. */
import { damaged } from './damage.ts';

export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** `0` a regular file, `x` an extended header, ... */
  readonly type: string;
}

const CHECKSUM = { start: 148, end: 156 } as const;

function sumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < CHECKSUM.start; i++) sum += block[i] as number;
  for (let i = CHECKSUM.end; i < block.length; i++) sum += block[i] as number;
  return sum;
}

function octal(block: Buffer, start: number, end: number): number | undefined {
  const m = /^([0-7]+)[\0 ]+$/.exec(block.toString('latin1', start, end));
  return m === null ? undefined : Number.parseInt(m[1] as string, 8);
}

/** The text up to the first NUL; undefined where something hides behind it. */
function text(block: Buffer, start: number, end: number): string | undefined {
  const m = /^([^\0]*)\0*$/.exec(block.toString('latin1', start, end));
  return m?.[1];
}

/** `at`: where the block stands in the unpacked archive, for the message. */
export function readTarHeader(block: Buffer, at: number): TarHeader {
  const refused = (what: string) => damaged(`the snapshot's tar header at unpacked byte ${at} ${what}`);
  if (octal(block, CHECKSUM.start, CHECKSUM.end) !== sumOf(block)) throw refused('has a wrong checksum');
  if (block.toString('latin1', 257, 265) !== 'ustar\x0000') throw refused('is not of the ustar format');
  const name = text(block, 0, 100);
  const size = octal(block, 124, 136);
  if (name === undefined || name === '') throw refused('has no readable name');
  if (size === undefined) throw refused(`gives no readable size for ${JSON.stringify(name)}`);
  if (text(block, 157, 257) !== '' || text(block, 345, 500) !== '')
    throw refused(`makes ${JSON.stringify(name)} a link or puts it into a folder`);
  return { name, size, type: block.toString('latin1', 156, 157) };
}

/** The largest size that a ustar header can hold. From there on servers put an extended header in front. */
const LARGEST_OCTAL_SIZE = 0o77777777777;

/** The size in an extended header's block, which must hold that one record and no other; else undefined. */
export function readExtendedSize(block: Buffer, length: number): number | undefined {
  const m = /^(\d+) size=([1-9]\d*)\n$/.exec(block.toString('latin1', 0, length));
  const size = Number(m?.[2]);
  if (m === null || Number(m[1]) !== length || !Number.isSafeInteger(size)) return undefined;
  return size > LARGEST_OCTAL_SIZE && block.subarray(length).every((byte) => byte === 0) ? size : undefined;
}
