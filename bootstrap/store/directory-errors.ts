/** What a file system's error means for a person: one sentence per cause, and whether a later try may help. */
import { LifeboatError, messageOf, systemCode } from '../../contract/errors.ts';

interface Meaning {
  readonly reason: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

const OWNER_HINT =
  'give the user that lifeboat runs as (uid 100, gid 1000 in the pods) read and write rights on the folder';

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: { reason: 'the volume is full', hint: 'make room on the volume or enlarge it, then back up again' },
  EDQUOT: { reason: 'the quota is used up', hint: 'raise the quota or make room, then back up again' },
  EFBIG: { reason: 'the file is larger than the file system allows' },
  EACCES: { reason: 'permission denied', hint: OWNER_HINT },
  EPERM: { reason: 'the operation is not permitted', hint: OWNER_HINT },
  EROFS: { reason: 'the volume is mounted read-only', hint: 'mount it read-write where backups are written' },
  ENOTDIR: { reason: 'a part of the path is a file and not a folder' },
  EISDIR: { reason: 'there is a folder where a file was expected' },
  ENAMETOOLONG: { reason: 'the name is too long for the file system' },
  EIO: { reason: 'the volume answered with an input/output error', retryable: true },
  ESTALE: { reason: 'the network volume was replaced under the mount', retryable: true },
  ETIMEDOUT: { reason: 'the network volume does not answer', retryable: true },
  EHOSTDOWN: { reason: 'the server of the network volume is down', retryable: true },
};

/** `doing` is what failed, such as `write snapshots/a.snap`. LifeboatErrors pass as they are. */
export function directoryError(error: unknown, doing: string, root: string): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const code = systemCode(error);
  const meaning = MEANINGS[code ?? ''] ?? { reason: messageOf(error) };
  return new LifeboatError('store', `cannot ${doing} in ${root}: ${meaning.reason}`, {
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
    retryable: meaning.retryable ?? false,
    cause: error,
  });
}

/** The configured path itself is not there: a volume that was not mounted must never look like an empty store. */
export function missingRoot(root: string): LifeboatError {
  return new LifeboatError('store', `the store's folder ${root} does not exist`, {
    hint: 'mount the volume of the snapshots there, or create the folder once if this is a new store',
  });
}
