/**
 * Combines unseal shares into the key that they were split from: Shamir's secret sharing over GF(2^8) with the
 * polynomial 0x11b, each byte of the key by itself. The last byte of a share is its x.
 */
import { LifeboatError } from '../../contract/errors.ts';

/** Without branches or tables on the operands, so that the time taken says nothing about them. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= shifted & -((b >> bit) & 1);
    shifted = (shifted << 1) ^ (0x11b & -(shifted >> 7));
  }
  return product;
}

/** a^254: every a but 0 is undone by it. */
function inverse(a: number): number {
  let result = 1;
  for (let i = 0; i < 254; i++) result = multiply(result, a);
  return result;
}

/** The weights of Lagrange's interpolation at x = 0. */
function weightsAtZero(xs: readonly number[]): readonly number[] {
  return xs.map((x, i) => {
    let above = 1;
    let below = 1;
    for (const [j, other] of xs.entries()) {
      if (j === i) continue;
      above = multiply(above, other);
      below = multiply(below, x ^ other);
    }
    return multiply(above, inverse(below));
  });
}

/** True where the shares can be of one split at all: equally long, no two of the same x, none of x = 0. */
export function areCombinable(shares: readonly Uint8Array[]): boolean {
  const xs = new Set(shares.map((share) => share.at(-1)));
  const lengths = new Set(shares.map((share) => share.length));
  return (
    xs.size === shares.length && !xs.has(0) && !xs.has(undefined) && lengths.size === 1 && !lengths.has(1)
  );
}

/**
 * The key, from as many shares as the threshold or more. Fewer or foreign shares give another key, not an error:
 * only its use tells.
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  if (!areCombinable(shares))
    throw new LifeboatError(
      'keys',
      'these unseal shares are not of one split: no two may have the same number',
      {
        hint: 'take each share once, and all from the same `operator init` or rekey',
      },
    );
  const weights = weightsAtZero(shares.map((share) => share.at(-1) as number));
  const key = new Uint8Array((shares[0] as Uint8Array).length - 1);
  for (const [i, share] of shares.entries())
    for (let byte = 0; byte < key.length; byte++)
      key[byte] = (key[byte] as number) ^ multiply(share[byte] as number, weights[i] as number);
  return key;
}
