/** The sentences that end a restore. "RESTORED" is said only of a server that said so itself. */
import { ageText } from '../../contract/age-text.ts';
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Proof } from './prove.ts';
import type { RestoreWork } from './work.ts';

function takenText(taken: string | undefined, now: Date): string {
  return taken === undefined
    ? 'taken at an unknown time (no manifest)'
    : `taken ${taken}, ${ageText(new Date(taken), now)} ago`;
}

/** Of the second init container: proven by the private server, not yet by the real one. */
export function restoredSentence(
  slice: RestoreSlice,
  work: RestoreWork,
  proof: Exclude<Proof, 'lost'>,
  now: Date,
): string {
  const what = `${slice.name} from ${work.key}, ${takenText(work.manifest?.taken.started, now)}`;
  if (proof.verdict === 'restored') {
    return `the data of ${what} is in place and proven: unsealed, active, cluster_id ${proof.clusterId}`;
  }
  return `the data of ${what} is in place: restored, sealed, waits for ${proof.threshold} of ${proof.shares} unseal shares that people hold`;
}

/** Of the worker: what the real server says on its own listener. */
export function finalSentence(receipt: Receipt, clusterId: string, now: Date): string {
  const original = receipt.rehearsalOf;
  const copy = original === undefined ? '' : `; a rehearsal: the original is ${original}`;
  return `RESTORED ${receipt.name} from ${receipt.snapshot.key}, ${takenText(receipt.snapshot.taken, now)}; cluster_id ${clusterId}${copy}`;
}
