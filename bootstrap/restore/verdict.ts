/** The sentences that end a restore. "RESTORED" is said only of a server that said so itself. */
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Proof } from './prove.ts';
import type { RestoreWork } from './work.ts';

/** `3 d 4 h`, `2 h 5 min`, `12 s` */
export function ageText(from: Date, to: Date): string {
  const total = Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  const units = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor((total % 86_400) / 3600), 'h'],
    [Math.floor((total % 3600) / 60), 'min'],
    [total % 60, 's'],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

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
