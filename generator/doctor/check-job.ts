/**
 * A Job that asks from inside: the CronJob's own pod, told to check instead of to back up. Pure. It belongs to nobody, so
 * that it is no backup in the CronJob's record, and the cluster removes it where nobody else does.
 */
import { LifeboatError } from '../../contract/errors.ts';
import type { LiveCronJob } from './live-facts.ts';

/** What `backup` is told beside its own arguments. */
const ASK = ['--check', '--json'] as const;
const DEADLINE_SECONDS = 180;
const KEPT_SECONDS = 600;
/** The name of a Job may be 63 characters long. */
const MOST = 63;

export function checkJobName(cronJob: string, suffix: string): string {
  const end = `-doctor-${suffix}`;
  return `${cronJob.slice(0, MOST - end.length)}${end}`;
}

export function checkJob(cronJob: LiveCronJob, name: string): object {
  const { metadata, spec } = cronJob;
  const { template } = spec.jobTemplate.spec;
  const containers = template.spec.containers as readonly { name: string; command?: readonly string[] }[];
  const backup = containers.find((one) => one.name === 'backup');
  if (backup?.command === undefined) {
    throw new LifeboatError('tool', `the CronJob ${metadata.name} has no container "backup" with a command`, {
      hint: 'Install our chart again: its command is in docs/doctor.md.',
    });
  }
  const asking = { ...backup, command: [...backup.command, ...ASK] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: metadata.namespace, labels: metadata.labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: DEADLINE_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        ...template,
        spec: { ...template.spec, containers: containers.map((one) => (one === backup ? asking : one)) },
      },
    },
  };
}
