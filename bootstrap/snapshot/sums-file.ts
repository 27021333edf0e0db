/** Reads SHA256SUMS, the third member of a snapshot: one line each for meta.json and state.bin, in any order. */
import { damaged } from './damage.ts';

export interface Sums {
  readonly meta: string;
  readonly state: string;
}

export function readSums(bytes: Uint8Array): Sums {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const found = new Map<string, string>();
  for (const line of lines.slice(0, -1)) {
    const m = /^([0-9a-f]{64}) {2}(meta\.json|state\.bin)$/.exec(line);
    if (m !== null) found.set(m[2] as string, m[1] as string);
  }
  const meta = found.get('meta.json');
  const state = found.get('state.bin');
  if (meta === undefined || state === undefined || lines.length !== 3 || lines[2] !== '')
    throw damaged('SHA256SUMS of the snapshot is not two lines, one for meta.json and one for state.bin');
  return { meta, state };
}

/** The two lines of SHA256SUMS and those sealed beside it may stand in different order. */
export function sameSums(one: Uint8Array, other: Uint8Array): boolean {
  const sorted = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split('\n').sort().join('\n');
  return sorted(one) === sorted(other);
}
