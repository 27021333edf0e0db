/** Whether clocks agree. Names of snapshots sort by time, and stores and token reviews refuse what comes from another hour. Pure. */
import { type Answer, finding, ok, unknown } from '../../contract/doctor.ts';

/** More than any honest delay of an answer, less than what a store (15 minutes) or a token review refuses. */
export const TOLERANCE_SECONDS = 60;

export interface Clock {
  /** `the store`, `the server`. */
  readonly of: string;
  /** Undefined where it does not tell its time. */
  readonly time: Date | undefined;
  /** The pod's own clock when it was asked. */
  readonly asked: Date;
}

function apart({ time, asked }: Clock): number {
  return time === undefined ? 0 : Math.round((time.getTime() - asked.getTime()) / 1000);
}

function words(seconds: number): string {
  const size = Math.abs(seconds);
  return `${size} s ${seconds > 0 ? 'ahead of' : 'behind'}`;
}

export const MEND_CLOCK =
  'compare `date -u` on the node and there, and set right the one that is off: chronyc makestep (or timedatectl set-ntp true)';

export function judgeClocks(clocks: readonly Clock[]): Answer {
  const off = clocks.filter((clock) => Math.abs(apart(clock)) > TOLERANCE_SECONDS);
  if (off.length > 0) {
    const told = off.map((clock) => `${clock.of} is ${words(apart(clock))} the pod`);
    return finding('clock', `clocks differ: ${told.join(', ')}`, MEND_CLOCK);
  }
  const heard = clocks.filter(({ time }) => time !== undefined).map(({ of }) => of);
  if (heard.length === 0)
    return unknown(
      'clock',
      'neither the server nor the store told its time',
      'mend what is said of them first',
    );
  return ok('clock', `the pod agrees with ${heard.join(' and ')}, within ${TOLERANCE_SECONDS} s`);
}
