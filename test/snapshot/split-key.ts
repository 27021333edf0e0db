/** Splits a key into unseal shares for tests: the inverse of bootstrap/keys/shamir.ts, by tables instead of its arithmetic. */
import { randomBytes } from 'node:crypto';

const EXP: number[] = [];
const LOG: number[] = [];
for (let i = 0, value = 1; i < 255; i++) {
  EXP[i] = value;
  LOG[value] = i;
  const doubled = value << 1;
  value ^= doubled & 0x100 ? doubled ^ 0x11b : doubled;
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (EXP[((LOG[a] as number) + (LOG[b] as number)) % 255] as number);
}

/** `count` shares of 33 bytes, any `threshold` of which combine to `key`. */
export function splitKey(key: Uint8Array, count: number, threshold: number): readonly Uint8Array[] {
  const polynomials = Array.from(key, (byte) => [byte, ...randomBytes(threshold - 1)]);
  const xs = Array.from({ length: 255 }, (_, i) => i + 1).sort(() => Math.random() - 0.5);
  return xs.slice(0, count).map((x) => {
    const share = new Uint8Array(key.length + 1);
    for (const [i, terms] of polynomials.entries())
      share[i] = terms.reduceRight((value, term) => multiply(value, x) ^ term, 0);
    share[key.length] = x;
    return share;
  });
}
