/** The backups: do they run, did the last one end well, is the newest snapshot young enough. Pure. */
import { ageText } from '../contract/age-text.ts';
import { readWord, type Word } from '../contract/pod-states.ts';
import type { CronJob, Job, Pod } from './kubernetes-objects.ts';
import type { Observed } from './observed.ts';
import type { BackupReport, Judged, RunReport } from './report.ts';
import { runsAround } from './schedule.ts';

function condition(job: Job, type: string): boolean {
  return (job.status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
}

function finishedAt(job: Job): string | undefined {
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  return job.status?.completionTime ?? failed?.lastTransitionTime;
}

function runOf(job: Job): RunReport {
  const result = condition(job, 'Complete') ? 'succeeded' : condition(job, 'Failed') ? 'failed' : 'running';
  const started = job.status?.startTime ?? job.metadata.creationTimestamp ?? null;
  return { job: job.metadata.name, result, started, finished: finishedAt(job) ?? null };
}

/** What a run's newest pod said at its end. */
export function wordOf(job: string, pods: readonly Pod[]): Word | undefined {
  const own = pods
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ name }) => name === job))
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
  for (const pod of own.reverse())
    for (const { state } of pod.status?.containerStatuses ?? []) {
      const word = readWord(state?.terminated?.message ?? '');
      if (word !== undefined) return word;
    }
  return undefined;
}

function newest(dates: readonly (string | undefined)[]): string | undefined {
  return dates
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
}

/** The last snapshot's time, as far as anybody says. */
function lastSuccess(
  cronJob: CronJob | undefined,
  runs: readonly RunReport[],
  { store }: Observed,
): string | undefined {
  return newest([
    cronJob?.status?.lastSuccessfulTime,
    ...runs.filter(({ result }) => result === 'succeeded').map(({ finished }) => finished ?? undefined),
    store.asked === 'yes' ? store.state.latest?.taken : undefined,
  ]);
}

/** Null where there are no backups. */
export function judgeBackup(observed: Observed): BackupReport | null {
  const { wanted, now, cronJob: seen, jobs, jobPods } = observed;
  if (wanted.backup === undefined) return null;
  const cronJob = seen.seen === 'yes' ? seen.value : undefined;
  const runs = (jobs.seen === 'yes' ? jobs.value : [])
    .map(runOf)
    .sort((a, b) => (b.started ?? '').localeCompare(a.started ?? ''));
  const { schedule, timeZone } = cronJob?.spec ?? {};
  const times = schedule === undefined ? undefined : runsAround(schedule, timeZone, now);
  const success = lastSuccess(cronJob, runs, observed);
  const pods = jobPods.seen === 'yes' ? jobPods.value : [];
  return {
    cronJob: wanted.backup.cronJob,
    schedule: schedule ?? null,
    timeZone: schedule === undefined ? null : (timeZone ?? 'Etc/UTC'),
    nextRun: cronJob?.spec?.suspend === true ? null : (times?.next?.toISOString() ?? null),
    lastRun: runs[0] ?? null,
    lastSuccess: success ?? null,
    ...judged(observed, cronJob, runs, success, times?.passed ?? [], pods),
  };
}

function judged(
  { wanted, now, cronJob: seen }: Observed,
  cronJob: CronJob | undefined,
  runs: readonly RunReport[],
  success: string | undefined,
  passed: readonly Date[],
  pods: readonly Pod[],
): Judged {
  const { namespace = '', cronJob: name = '' } = wanted.backup ?? {};
  const takeOne = `kubectl create job -n ${namespace} --from=cronjob/${name} ${name}-now`;
  if (seen.seen === 'absent') {
    const says = `there is no CronJob ${name} in namespace ${namespace}: no backups are taken`;
    return {
      state: 'not-installed',
      turn: 'person',
      says,
      next: 'install our chart, as out/RUNBOOK.md says',
    };
  }
  if (cronJob?.spec?.suspend === true) {
    const next = `kubectl patch cronjob ${name} -n ${namespace} -p '{"spec":{"suspend":false}}'`;
    return {
      state: 'suspended',
      turn: 'person',
      says: 'the CronJob is suspended: no backups are taken',
      next,
    };
  }
  const age = success === undefined ? undefined : ageText(new Date(success), now);
  const last = runs.find(({ result }) => result !== 'running');
  if (last?.result === 'failed') {
    const word = wordOf(last.job, pods);
    const why = word === undefined ? '' : `: ${word.message}`;
    const since = age === undefined ? 'none was good so far' : `the last good one was ${age} ago`;
    const next = word?.next ?? `kubectl logs -n ${namespace} job/${last.job}`;
    return {
      state: 'failed',
      turn: 'person',
      says: `the last run (${last.job}) failed${why}; ${since}`,
      next,
    };
  }
  const made = new Date(cronJob?.metadata.creationTimestamp ?? 0);
  const [, before] = passed;
  const missed =
    before !== undefined && made < before && (success === undefined || new Date(success) < before);
  if (cronJob !== undefined && missed) {
    const since = age === undefined ? 'there was none' : `the last one was ${age} ago`;
    const next = `kubectl describe cronjob ${name} -n ${namespace}; then ${takeOne}`;
    return { state: 'late', turn: 'person', says: `two runs went by without a backup: ${since}`, next };
  }
  if (runs[0]?.result === 'running')
    return { state: 'running', turn: 'works', says: `a backup runs (${runs[0].job})` };
  if (success !== undefined)
    return { state: 'good', turn: 'done', says: `the last backup was good, ${age} ago` };
  if (cronJob === undefined)
    return { state: 'unknown', turn: 'done', says: 'whether backups run could not be seen' };
  return { state: 'none-yet', turn: 'waits', says: 'no backup was taken yet', next: takeOne };
}
