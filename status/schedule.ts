/** When a CronJob runs next, and when it should have run before: its schedule read as Kubernetes does. Pure. */
import { Cron } from 'croner';

export interface Runs {
  readonly next: Date | undefined;
  /** The last times that have passed, the newest first. */
  readonly passed: readonly Date[];
}

/** Kubernetes reads `?` as `*`, and knows one word that the library does not. */
function pattern(schedule: string): string {
  const text = schedule.trim();
  return text === '@midnight' ? '@daily' : text.replaceAll('?', '*');
}

/** Undefined where the schedule or the time zone is none: a CronJob of somebody else's hand. */
export function runsAround(
  schedule: string,
  timeZone: string | undefined,
  now: Date,
  count = 2,
): Runs | undefined {
  try {
    // Without a time zone Kubernetes takes that of its controller: UTC, mostly.
    const cron = new Cron(pattern(schedule), {
      timezone: timeZone ?? 'Etc/UTC',
      paused: true,
      mode: '5-part',
    });
    return { next: cron.nextRun(now) ?? undefined, passed: cron.previousRuns(count, now) };
  } catch {
    return undefined;
  }
}
