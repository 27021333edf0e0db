/** Whether this Vault may write under this name: pure. */
import { LifeboatError } from '../../contract/errors.ts';
import type { Owner } from './last-owner.ts';

/**
 * A backup of another cluster than the pointer's is refused, and the pointer stays: a mistaken fresh install must not
 * push the lost Vault's snapshots out. `takeOver` is a person's typed word: the cluster_id whose place is taken.
 */
export function requireOwnership(
  clusterId: string,
  pointer: Owner | undefined,
  takeOver: string | undefined,
): 'first' | 'same' | 'taken-over' {
  if (pointer === undefined) return 'first';
  if (pointer.clusterId === clusterId) return 'same';
  if (takeOver === pointer.clusterId) return 'taken-over';
  throw new LifeboatError(
    'refused',
    `the running Vault has the cluster_id ${clusterId}, the latest snapshot under this name (${pointer.key}) belongs to ${pointer.clusterId}; nothing was written`,
    {
      hint: `if the running Vault is a mistaken fresh install, restore the lost one; if it replaces the lost one for good, set backup.takeOver: ${pointer.clusterId} in lifeboat.yaml (or run lifeboat backup --take-over ${pointer.clusterId}); for a new Vault choose another name`,
    },
  );
}
