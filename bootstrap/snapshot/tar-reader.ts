/**
 * Reads a tar archive that is pushed in, in constant memory: regular members, and at the end exactly two blocks of
 * zeros, as servers write it and as their restore demands it. (Tar libraries read on after the end, skip what they
 * do not know and take zeros of any length; what one reader skips, another one may take for a member.)
 */
import { cutOff, damaged } from './damage.ts';
import { readExtendedSize, readTarHeader } from './tar-header.ts';

const BLOCK = 512;

/** Told of the members in the order of the archive. Each call may throw to refuse the archive. */
export interface TarSink {
  /** `at`: where the member's header stands in the unpacked archive. */
  begin(name: string, size: number, at: number): void;
  bytes(chunk: Buffer): void;
  end(): void;
}

export interface TarReader {
  feed(chunk: Buffer): void;
  /** Throws where the archive is not over. */
  end(): void;
}

export function createTarReader(sink: TarSink): TarReader {
  const block = Buffer.alloc(BLOCK);
  let filled = 0;
  let offset = 0;
  let bodyLeft = 0;
  let paddingLeft = 0;
  let zeroBlocks = 0;
  let extendedLength: number | undefined;
  let extendedSize: number | undefined;

  function onHeader(at: number): void {
    const header = readTarHeader(block, at);
    const name = JSON.stringify(header.name);
    if (header.type === 'x' && extendedSize === undefined) {
      if (header.size === 0 || header.size > BLOCK)
        throw damaged(`the extended tar header at unpacked byte ${at} is ${header.size} bytes long`);
      extendedLength = header.size;
      return;
    }
    if (header.type !== '0')
      throw damaged(`${name} at unpacked byte ${at} of the snapshot is not a regular file`);
    if (extendedSize !== undefined && header.size !== 0)
      throw damaged(`${name} at unpacked byte ${at} of the snapshot has two different sizes`);
    const size = extendedSize ?? header.size;
    extendedSize = undefined;
    sink.begin(header.name, size, at);
    bodyLeft = size;
    paddingLeft = (BLOCK - (size % BLOCK)) % BLOCK;
    if (size === 0) sink.end();
  }

  function onBlock(): void {
    const at = offset - BLOCK;
    if (extendedLength !== undefined) {
      extendedSize = readExtendedSize(block, extendedLength);
      extendedLength = undefined;
      if (extendedSize === undefined)
        throw damaged(`the extended tar header at unpacked byte ${at} says more than a large size`);
    } else if (block.every((byte) => byte === 0) && extendedSize === undefined) zeroBlocks++;
    else if (zeroBlocks > 0) throw damaged(`the snapshot goes on after an end mark, at unpacked byte ${at}`);
    else onHeader(at);
  }

  function feed(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (zeroBlocks === 2)
        throw damaged(`the snapshot goes on after its end, at unpacked byte ${offset}: trailing data`);
      const wanted = bodyLeft || paddingLeft || BLOCK - filled;
      const part = rest.subarray(0, wanted);
      rest = rest.subarray(part.length);
      if (bodyLeft > 0) {
        offset += part.length;
        bodyLeft -= part.length;
        sink.bytes(part);
        if (bodyLeft === 0) sink.end();
      } else if (paddingLeft > 0) {
        if (part.some((byte) => byte !== 0))
          throw damaged(`the filling after a member, from unpacked byte ${offset}, is not all zeros`);
        offset += part.length;
        paddingLeft -= part.length;
      } else {
        part.copy(block, filled);
        offset += part.length;
        filled = (filled + part.length) % BLOCK;
        if (filled === 0) onBlock();
      }
    }
  }

  function end(): void {
    if (zeroBlocks !== 2) throw cutOff(`the snapshot's tar breaks off at unpacked byte ${offset}`);
  }

  return { feed, end };
}
