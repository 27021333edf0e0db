/** What the backup's token lacks, and what it may do beyond its work. Pure: capabilities in, sentences out. */
import { BACKUP_PATHS } from '../../contract/vault-access.ts';

export type Capabilities = ReadonlyMap<string, readonly string[]>;

export const WANTED: Readonly<Record<string, readonly string[]>> = {
  [BACKUP_PATHS.snapshot]: ['read'],
  [BACKUP_PATHS.audit]: ['read', 'sudo'],
};

/** `read on sys/storage/raft/snapshot`, for each right that is missing. */
export function lacking(may: Capabilities): readonly string[] {
  return Object.entries(WANTED).flatMap(([path, wanted]) => {
    const own = may.get(path) ?? [];
    return own.includes('root') || wanted.every((capability) => own.includes(capability))
      ? []
      : [`${wanted.join(' and ')} on ${path}`];
  });
}

/** What a stolen login would be good for beyond a snapshot, were it allowed. */
export function excessive(may: Capabilities, forbidden: readonly string[]): readonly string[] {
  const onSnapshot = (may.get(BACKUP_PATHS.snapshot) ?? []).filter((one) => one !== 'read' && one !== 'deny');
  const elsewhere = forbidden.flatMap((path) => {
    const own = (may.get(path) ?? []).filter((capability) => capability !== 'deny');
    return own.length === 0 ? [] : [`${own.join(' and ')} on ${path}`];
  });
  return [
    ...(onSnapshot.length === 0 ? [] : [`${onSnapshot.join(' and ')} on ${BACKUP_PATHS.snapshot}`]),
    ...elsewhere,
  ];
}
