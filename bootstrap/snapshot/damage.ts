/** How a bad snapshot is told: always an `integrity` error that says what is wrong and where. */
import { LifeboatError } from '../../contract/errors.ts';

const OTHER_SNAPSHOT = 'do not restore it; take a new snapshot, or choose another one (`lifeboat snapshots`)';

const CUT =
  'the transfer was cut, or the server stopped in the middle: its leader changed, or its seal is in trouble (`vault status`); ' +
  'take a new snapshot, or choose another one (`lifeboat snapshots`)';

/** For an archive that simply stops too early. */
export function cutOff(message: string): LifeboatError {
  return damaged(message, CUT);
}

export function damaged(message: string, hint: string = OTHER_SNAPSHOT): LifeboatError {
  return new LifeboatError('integrity', message, { hint });
}
