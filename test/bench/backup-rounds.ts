/** Backups and the server's own snapshot in turns, so that each backup has a measure taken right before it. */
import { spawnSync } from 'node:child_process';
import type { Operator } from '../support/vault-operations.ts';
import { type BackupRun, runBackup } from './backup-run.ts';
import { type OwnSnapshot, readOwnSnapshot } from './own-snapshot.ts';

export interface Pair {
  readonly own: OwnSnapshot;
  readonly backup: BackupRun;
}

export type PairsOfStore = Readonly<Record<string, readonly Pair[]>>;

/** `configs`: the backup's configuration per store. Before the rounds each runs once, and does not count. */
export async function backupRounds(
  operator: Operator,
  configs: Readonly<Record<string, string>>,
  rounds: number,
  tell: (text: string) => void,
): Promise<PairsOfStore> {
  const pairs: Record<string, Pair[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [store, config] of Object.entries(configs)) {
      settle();
      const own = await readOwnSnapshot(operator.address, operator.token);
      settle();
      const backup = await runBackup(config);
      if (round > 0) pairs[store] = [...(pairs[store] ?? []), { own, backup }];
    }
    tell(round === 0 ? 'warm' : `round ${round} of ${rounds}`);
  }
  return pairs;
}

/** What a backup wrote must reach the disk now: else the next measure would pay for it. */
function settle(): void {
  spawnSync('sync');
}
