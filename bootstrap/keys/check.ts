/**
 * Do these shares open that snapshot? Decided offline: the shares' key must decrypt SHA256SUMS.sealed, and what comes
 * out must be SHA256SUMS. Pure; nothing of a key or share is in a verdict.
 */
import { createDecipheriv } from 'node:crypto';
import type { ArchiveFacts } from '../snapshot/archive.ts';
import { damaged } from '../snapshot/damage.ts';
import { sameSums } from '../snapshot/sums-file.ts';
import { areCombinable, combineShares } from './shamir.ts';
import { shareSubsets } from './share-subsets.ts';

export type KeysVerdict =
  | {
      readonly result: 'open';
      /** How many shares were needed. */
      readonly threshold: number;
      /** Numbers (from 1) of given shares that do not belong to the others. An unseal must leave them out. */
      readonly foreign: readonly number[];
    }
  | {
      readonly result: 'wrong';
      /** How many different shares were tried. */
      readonly given: number;
      /** False where the threshold is not known: too few right shares look exactly like wrong ones. */
      readonly enough: boolean;
      /** False where there were too many combinations to try them all. */
      readonly exhaustive: boolean;
    }
  | { readonly result: 'too-few'; readonly given: number; readonly threshold: number }
  | { readonly result: 'not-shamir'; readonly keyId: string };

const NONCE = 12;
const TAG = 16;
const KEY = 32;
const MOST_COMBINATIONS = 2_000;

/** The plaintext of AES-256-GCM, or undefined where the key is not the one. */
function decrypt(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (key.length !== KEY || sealed.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function fits(key: Uint8Array, sealed: Uint8Array, sums: Uint8Array): boolean {
  const plain = decrypt(key, sealed);
  if (plain === undefined) return false;
  if (sameSums(plain, sums)) return true;
  throw damaged(
    'the shares open SHA256SUMS.sealed, but it seals the sums of another snapshot: members of two were mixed',
  );
}

/**
 * `threshold`, where a manifest tells it, sharpens a "no" only; what opens the snapshot is found without it.
 * A Vault of one share has that share as its key: 32 bytes, no x. Throws `integrity` for a mixed-up archive.
 */
export function opens(
  facts: Pick<ArchiveFacts, 'sums' | 'sealed'>,
  shares: readonly Uint8Array[],
  threshold?: number,
): KeysVerdict {
  const { sealed, sums } = facts;
  if (sealed.kind !== 'shamir') return { result: 'not-shamir', keyId: sealed.keyId };
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  const different = shares.filter((share, i) => shares.findIndex((other) => same(share, other)) === i);

  function opensWith(key: Uint8Array): boolean {
    return fits(key, (sealed as { ciphertext: Uint8Array }).ciphertext, sums);
  }
  function opensTogether(subset: readonly Uint8Array[]): boolean {
    if (!areCombinable(subset)) return false;
    const key = combineShares(subset);
    try {
      return opensWith(key);
    } finally {
      key.fill(0);
    }
  }
  /** The shortest beginning of `subset` that opens: its length is the threshold, where all of it belongs. */
  function shortestPrefix(subset: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    for (let size = 2; size <= subset.length; size++)
      if (opensTogether(subset.slice(0, size))) return subset.slice(0, size);
    return undefined;
  }
  function opened(enough: readonly Uint8Array[], belongs: (share: Uint8Array) => boolean): KeysVerdict {
    const foreign = shares.flatMap((share, i) => (belongs(share) ? [] : [i + 1]));
    return { result: 'open', threshold: enough.length, foreign };
  }

  const whole = different.find((share) => share.length === KEY && opensWith(share));
  if (whole !== undefined) return opened([whole], (share) => same(share, whole));

  const split = different.filter((share) => share.length === KEY + 1 && share.at(-1) !== 0);
  let enough = shortestPrefix(split);
  let tried = 0;
  let exhaustive = true;
  if (enough === undefined) {
    for (const subset of shareSubsets(split.length)) {
      if (++tried > MOST_COMBINATIONS) {
        exhaustive = false;
        break;
      }
      const chosen = subset.map((i) => split[i] as Uint8Array);
      if (!opensTogether(chosen)) continue;
      enough = shortestPrefix(chosen);
      break;
    }
  }
  if (enough !== undefined) {
    const needed = enough;
    // A share belongs where it can stand in for one of those that opened.
    const belongs = (share: Uint8Array) =>
      needed.some((one) => same(one, share)) || opensTogether([...needed.slice(1), share]);
    return opened(needed, belongs);
  }
  const given = different.length;
  if (threshold !== undefined && given < threshold) return { result: 'too-few', given, threshold };
  return { result: 'wrong', given, enough: threshold !== undefined, exhaustive };
}
