/**
 * The phase machine of a restore: from what is on the disk, and nothing else, to the one thing to do next.
 * No journal is asked: a note that was left behind must not roll a living Vault back. Pure; the table is the code.
 */
import { type DataState, PARTS, type Part } from './data-directory.ts';

/** An attempt folder, `.lifeboat/attempt-N`. */
export interface AttemptState {
  readonly number: number;
  /** Parts that its restored data had when it was proven; undefined while it is not complete. */
  readonly provenParts: readonly Part[] | undefined;
  /** Parts that still stand in the attempt. */
  readonly parts: readonly Part[];
}

export interface DiskState {
  readonly live: DataState;
  /** Parts that stand at their live paths. */
  readonly liveParts: readonly Part[];
  readonly attempts: readonly AttemptState[];
}

export type Step =
  /** A Vault is there: touch nothing, ask nobody. */
  | { readonly step: 'leave'; readonly because: string }
  /** A crash fell between the final renames: do the rest of them. */
  | { readonly step: 'finish-swap'; readonly attempt: number; readonly parts: readonly Part[] }
  /** An attempt was proven and no rename was done yet. What the live paths hold is no data and is moved aside. */
  | { readonly step: 'swap'; readonly attempt: number; readonly parts: readonly Part[] }
  /** No Vault and no proven attempt: restore (or install anew, where the store holds nothing). */
  | { readonly step: 'restore' };

/**
 * | attempt proven | renames done      | live data        | step        |
 * |----------------|-------------------|------------------|-------------|
 * | yes            | some, in order    | (the moved part) | finish-swap |
 * | yes            | none              | no               | swap        |
 * | any            | none or all       | yes              | leave       |
 * | no             | -                 | no               | restore     |
 *
 * "Renames done" is read from the paths alone: a part is either still in the attempt or already live. Where a part
 * is at both places somebody else made the live one, and the attempt is not rolled over it.
 */
export function nextStep(disk: DiskState): Step {
  const newestFirst = [...disk.attempts].sort((a, b) => b.number - a.number);
  const half = newestFirst.find((attempt) => isHalfSwapped(attempt, disk.liveParts));
  if (half !== undefined) return { step: 'finish-swap', attempt: half.number, parts: half.parts };
  if (disk.live.state === 'data') return { step: 'leave', because: disk.live.because };
  const ready = newestFirst.find((attempt) => isUntouched(attempt));
  if (ready !== undefined) return { step: 'swap', attempt: ready.number, parts: ready.parts };
  return { step: 'restore' };
}

/** Some parts were renamed, in the order of PARTS, and the others wait in the attempt with nothing in their way. */
function isHalfSwapped(attempt: AttemptState, liveParts: readonly Part[]): boolean {
  const proven = attempt.provenParts;
  if (proven === undefined || attempt.parts.length === 0 || attempt.parts.length === proven.length)
    return false;
  const done = proven.length - attempt.parts.length;
  const ordered = PARTS.filter((part) => proven.includes(part));
  const moved = ordered.slice(0, done);
  const waiting = ordered.slice(done);
  return (
    waiting.every((part) => attempt.parts.includes(part) && !liveParts.includes(part)) &&
    moved.every((part) => liveParts.includes(part)) &&
    liveParts.every((part) => moved.includes(part))
  );
}

function isUntouched(attempt: AttemptState): boolean {
  return (
    attempt.provenParts !== undefined &&
    attempt.provenParts.length > 0 &&
    attempt.parts.length === attempt.provenParts.length
  );
}
