/** What a check says where it was not allowed to look: never that all is well. */
import type { Seen } from '../../cluster/objects.ts';
import { type Answer, type CheckName, unknown } from '../../contract/doctor.ts';
import type { Expected } from './expected.ts';

export interface Looked {
  readonly check: CheckName;
  /** The thing, for a sentence: `the StatefulSet vault`. */
  readonly what: string;
  /** As `kubectl auth can-i` takes it: `get statefulsets.apps -n vault`. */
  readonly right: string;
}

export function hidden({ check, what, right }: Looked, why: string, { commands }: Expected): Answer {
  return unknown(
    check,
    `${what} could not be seen: ${why}`,
    `have somebody give you the right: ${commands.kubectl(`auth can-i ${right}`)}`,
  );
}

/** Does the check's work where the thing was seen. Without `absent` its absence is nobody's finding here. */
export function withSeen<T>(
  seen: Seen<T>,
  looked: Looked,
  expected: Expected,
  work: (value: T) => readonly Answer[],
  absent: () => readonly Answer[] = () => [],
): readonly Answer[] {
  if (seen.seen === 'yes') return work(seen.value);
  return seen.seen === 'absent' ? absent() : [hidden(looked, seen.why, expected)];
}
