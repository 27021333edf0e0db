/** Has the last backup that was due succeeded? Told by the CronJob's own record and by its Jobs. */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import type { Expected } from '../expected.ts';
import type { Job, LiveCronJob, LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';
import { cronJobOf } from './cronjob.ts';

/** Beside the limit of a Job: what the cluster needs to start one and to note its end. */
const SLACK_SECONDS = 120;

type End = { readonly job: string; readonly failed: boolean; readonly at: Date };

/** How a Job ended; undefined while it runs. */
function endOf({ metadata, status }: Job): End | undefined {
  const end = status?.conditions?.find(
    (one) => one.status === 'True' && ['Complete', 'Failed'].includes(one.type),
  );
  if (end === undefined) return undefined;
  const at = end.lastTransitionTime ?? status?.completionTime ?? metadata.creationTimestamp ?? '';
  return { job: metadata.name, failed: end.type === 'Failed', at: new Date(at) };
}

export function newestEnd(jobs: readonly Job[], cronJob: string): End | undefined {
  return jobs
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === cronJob),
    )
    .flatMap((job) => endOf(job) ?? [])
    .sort((a, b) => b.at.getTime() - a.at.getTime())[0];
}

export function ageWords(from: Date, to: Date): string {
  const minutes = Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function judge(expected: Expected, { status }: LiveCronJob, jobs: readonly Job[], now: Date): Answer {
  const { plan, commands } = expected;
  const check = 'last-backup';
  const { namespace, timeoutSeconds } = plan.config.backup;
  const newest = newestEnd(jobs, plan.names.lifeboat);
  if (newest?.failed === true)
    return finding(
      check,
      `the last backup, ${newest.job}, failed ${ageWords(newest.at, now)}`,
      `${commands.kubectl(`logs -n ${namespace} job/${newest.job}`)}; mend what it says, then ${commands.firstBackup}`,
    );
  const succeeded = timeOf(status?.lastSuccessfulTime) ?? (newest === undefined ? undefined : newest.at);
  if (succeeded === undefined) return finding(check, 'no backup has succeeded yet', commands.firstBackup);
  const due = timeOf(status?.lastScheduleTime);
  const limit = (timeoutSeconds + SLACK_SECONDS) * 1000;
  if (due !== undefined && succeeded < due && now.getTime() - due.getTime() > limit)
    return finding(
      check,
      `the run of ${due.toISOString()} has not succeeded; the last good one ended ${ageWords(succeeded, now)}`,
      `${commands.kubectl(`get jobs -n ${namespace}`)}; then ${commands.firstBackup}`,
    );
  return ok(check, `the last backup succeeded ${ageWords(succeeded, now)}`);
}

export function lastBackupAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const check = 'last-backup';
  const { plan } = expected;
  if (!plan.config.backup.enabled)
    return [ok(check, 'backups are off in lifeboat.yaml (backup.enabled: false)')];
  const { namespace } = plan.config.backup;
  const jobs = { check, what: `the Jobs of ${namespace}`, right: `list jobs.batch -n ${namespace}` } as const;
  const cronJob = { check, ...cronJobOf(expected) } as const;
  return withSeen(
    live.cronJob,
    cronJob,
    expected,
    (found) => withSeen(live.jobs, jobs, expected, (all) => [judge(expected, found, all, live.now)]),
    () => [finding(check, 'there is no CronJob, so nothing was due', expected.commands.backup)],
  );
}
