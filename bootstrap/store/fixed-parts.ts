/** Cuts a stream into the parts that an upload sends one by one, each of which can be sent again. */
import type { Readable } from 'node:stream';

/** The same bytes in pieces of exactly `size`; the last one may be smaller. None of an empty stream. */
export async function* fixedParts(source: Readable, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldSize = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    held.push(chunk);
    heldSize += chunk.length;
    if (heldSize < size) continue;
    const bytes = Buffer.concat(held, heldSize);
    let at = 0;
    for (; at + size <= bytes.length; at += size) yield bytes.subarray(at, at + size);
    held = at === bytes.length ? [] : [bytes.subarray(at)];
    heldSize = bytes.length - at;
  }
  if (heldSize > 0) yield Buffer.concat(held, heldSize);
}
