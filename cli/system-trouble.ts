/** Failures of the pod's volumes in words: they are no defect of lifeboat, and a person can cure them. */
import { LifeboatError, messageOf, systemCode } from '../contract/errors.ts';

const AGAIN = 'then delete the pod to look again';
const OWNER = `files there must belong to the server's user, and the volume to the pod's fsGroup (files that somebody made as root do not): correct that, ${AGAIN}`;
const ROOM = `make room or enlarge the volume (server.dataStorage.size; for /lifeboat/run the pod's ephemeral storage), ${AGAIN}`;
const LOOK = `look at that path and at its volume, ${AGAIN}`;

const HINTS: Readonly<Record<string, string>> = {
  EACCES: OWNER,
  EPERM: OWNER,
  EROFS: `the volume is mounted read-only: correct that, ${AGAIN}`,
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EIO: LOOK,
  ESTALE: LOOK,
  ENXIO: LOOK,
  EXDEV: LOOK,
  EBUSY: LOOK,
  ELOOP: LOOK,
  EISDIR: LOOK,
  ENOTDIR: LOOK,
  EEXIST: LOOK,
  ENOTEMPTY: LOOK,
  ENOENT: LOOK,
};

/** The same failure as a refusal; undefined where it is of another kind. */
export function systemTrouble(error: unknown): LifeboatError | undefined {
  const hint = error instanceof Error ? HINTS[systemCode(error) ?? ''] : undefined;
  if (hint === undefined) return undefined;
  return new LifeboatError('refused', `a volume of this pod fails: ${messageOf(error)}`, {
    hint,
    cause: error,
  });
}
