/** The two pods are two to the store: one identity for both would let the server's pods prune the backup's snapshots. */
import type { Problem } from './problem.ts';
import { textAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

const PAIRS = [
  ['s3', 'roleArn', 'restoreRoleArn'],
  ['gcs', 'backupServiceAccount', 'restoreServiceAccount'],
  ['azure', 'backupClientId', 'restoreClientId'],
] as const;

export function identityProblems(source: YamlSource): readonly Problem[] {
  return PAIRS.flatMap(([kind, backup, restore]) => {
    const named = textAt(source, 'store', kind, backup);
    if (named === undefined || named !== textAt(source, 'store', kind, restore)) return [];
    const message = `${restore} names the same identity as ${backup}: the server's pods could then delete every snapshot`;
    const hint = `Name another one, which may read snapshots and write receipts; terraform/store/main.tf makes it.`;
    return [source.at(['store', kind, restore], message, { hint })];
  });
}
