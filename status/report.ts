/** What `lifeboat status` says of one release: the data behind its table, and what `--json` prints (docs/see-how-it-stands.md). */
import type { Turn } from '../contract/pod-states.ts';

/** `act`: a person has to; `under-way`: it goes on by itself; `unseen`: nothing is wrong, as far as could be seen. */
export type Verdict = 'well' | 'act' | 'under-way' | 'unseen';

/** Anything that is judged: one word, one sentence, and what to do where somebody has to. */
export interface Judged {
  readonly state: string;
  readonly turn: Turn;
  readonly says: string;
  readonly next?: string | undefined;
}

export interface PodReport extends Judged {
  readonly name: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly claim: { readonly name: string; readonly phase: string } | null;
}

export interface RunReport {
  readonly job: string;
  readonly result: 'succeeded' | 'failed' | 'running';
  readonly started: string | null;
  readonly finished: string | null;
}

export interface BackupReport extends Judged {
  readonly cronJob: string;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly nextRun: string | null;
  readonly lastRun: RunReport | null;
  readonly lastSuccess: string | null;
}

export interface SnapshotReport {
  readonly key: string;
  readonly taken: string | null;
  readonly ageSeconds: number | null;
  readonly bytes: number | null;
  readonly clusterId: string | null;
  /** Null where it could not be seen. */
  readonly verified: boolean | null;
  readonly writtenBy: string | null;
  /** Who said it: the store itself, or the backup's own last words. */
  readonly source: 'store' | 'job';
}

export interface RestoreReport {
  readonly key: string;
  readonly taken: string | null;
  readonly restored: string;
  readonly clusterId: string | null;
  /** `restored`: the server itself said so; the others are what the restore proved before the server started. */
  readonly verdict: 'restored' | 'in-place' | 'in-place-sealed' | 'not-restored';
  /** Where it is told by a pod, and not by a receipt in the store. */
  readonly pod: string | null;
}

export interface StatusReport {
  readonly cluster: string;
  readonly name: string;
  readonly release: string;
  readonly namespace: string;
  readonly checked: string;
  readonly verdict: Verdict;
  readonly pods: readonly PodReport[];
  /** Null where lifeboat.yaml has no backups. */
  readonly backup: BackupReport | null;
  readonly snapshot: SnapshotReport | null;
  readonly restore: RestoreReport | null;
  /** What could not be seen, and why. */
  readonly unseen: readonly string[];
}
