/** A release as the tests see it: three kinds of objects with good answers, of which each test changes what it is about. */
import type { Seen } from '../cluster/objects.ts';
import type { PodState } from '../contract/pod-states.ts';
import type { ContainerStatus, CronJob, Job, Pod } from './kubernetes-objects.ts';
import type { Observed, SeenPod } from './observed.ts';

export const NOW = new Date('2026-11-25T13:30:00Z');

export const yes = <T>(value: T): Seen<T> => ({ seen: 'yes', value });
export const hidden = (why: string) => ({ seen: 'hidden', why }) as const;

/** As a container leaves it, and as a line of a JSON log. */
export function word(
  state: PodState,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    time: '2026-11-25T13:00:00.000Z',
    level: 'info',
    part: 'x',
    state,
    message,
    ...fields,
  });
}

export const ended = (name: string, message = '', exitCode = 0): ContainerStatus => ({
  name,
  restartCount: 0,
  state: { terminated: { exitCode, message } },
});
export const running = (name: string, ready = false): ContainerStatus => ({
  name,
  ready,
  restartCount: 0,
  state: { running: {} },
});
export const waiting = (name: string, reason: string, message?: string): ContainerStatus => ({
  name,
  restartCount: 3,
  state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
});

interface Containers {
  readonly init?: readonly ContainerStatus[];
  readonly server?: ContainerStatus;
  readonly labels?: Readonly<Record<string, string>>;
  readonly log?: string;
}

const DONE = [ended('lifeboat-init'), ended('lifeboat-restore')];

export function pod(ordinal: number, { init = DONE, server, labels = {}, log }: Containers = {}): SeenPod {
  const at = init.find(({ state }) => state?.terminated?.exitCode !== 0)?.name ?? 'vault';
  return {
    pod: {
      metadata: {
        name: `vault-${ordinal}`,
        labels,
        ownerReferences: [{ kind: 'StatefulSet', name: 'vault' }],
      },
      status: {
        initContainerStatuses: init,
        containerStatuses: [server ?? waiting('vault', 'PodInitializing')],
      },
    },
    logs: log === undefined ? {} : { [at]: yes(log) },
  };
}

export const SERVES: Containers = { server: running('vault', true), labels: { 'vault-active': 'true' } };

export const CRON_JOB: CronJob = {
  metadata: { name: 'vault-lifeboat', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { schedule: '0 */12 * * *', timeZone: 'Etc/UTC' },
  status: { lastSuccessfulTime: '2026-11-25T12:00:30Z' },
};

export function job(name: string, result: 'Complete' | 'Failed' | undefined, time = '12:00'): Job {
  const finished = `2026-11-25T${time}:30Z`;
  return {
    metadata: { name },
    status: {
      startTime: `2026-11-25T${time}:00Z`,
      ...(result === 'Complete' ? { completionTime: finished } : {}),
      conditions:
        result === undefined ? [] : [{ type: result, status: 'True', lastTransitionTime: finished }],
    },
  };
}

export function jobPod(name: string, message: string, exitCode = 0): Pod {
  return {
    metadata: { name: `${name}-x`, ownerReferences: [{ kind: 'Job', name }] },
    status: { containerStatuses: [ended('backup', message, exitCode)] },
  };
}

/** One server that serves, and a backup of an hour and a half ago. */
export function scene(more: Partial<Observed> = {}): Observed {
  const key = 'snapshots/20261125T120000Z-62.snap';
  return {
    wanted: {
      ...{ cluster: '', name: 'payments', release: 'vault', namespace: 'vault', statefulSet: 'vault' },
      ...{ container: 'vault', replicas: 1, binary: 'vault' },
      backup: { namespace: 'vault', cronJob: 'vault-lifeboat' },
    },
    now: NOW,
    statefulSet: yes({ metadata: { name: 'vault' }, spec: { replicas: 1 } }),
    pods: yes([pod(0, SERVES)]),
    claims: yes([{ metadata: { name: 'data-vault-0' }, status: { phase: 'Bound' } }]),
    cronJob: yes(CRON_JOB),
    jobs: yes([job('run-1', 'Complete')]),
    jobPods: yes([
      jobPod(
        'run-1',
        word('backed-up', 'BACKED UP', { key, bytes: 24124, taken: '2026-11-25T12:00:00.000Z' }),
      ),
    ]),
    store: { asked: 'no' },
    ...more,
  };
}
