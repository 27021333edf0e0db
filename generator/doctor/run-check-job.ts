/** Runs the Job that asks from inside, reads what it said, and takes it away again. The only thing here that writes. */
import { setTimeout as delay } from 'node:timers/promises';
import { callKubectl } from '../../cluster/kubectl.ts';
import type { Cluster } from '../../cluster/objects.ts';
import { readReport } from '../../contract/doctor.ts';
import type { Inside } from './checks/inside.ts';
import type { ContainerStatus, Pod } from './live-facts.ts';

const POLL_MS = 500;
/** A pod that cannot start is told of at once; one that starts has this long. */
const LIMIT_SECONDS = 200;

const STUCK =
  /^(?:ErrImage|ImagePull|InvalidImage|ImageInspect|CreateContainerConfigError|CreateContainerError)/;

export interface CheckJob {
  readonly namespace: string;
  readonly name: string;
  readonly manifest: object;
  /** How a person looks at it, for what goes wrong. */
  readonly describe: string;
}

type PodState = { readonly over: boolean; readonly stuck?: string; readonly name?: string };

function stateOf(pods: readonly (Pod & { readonly status?: { readonly phase?: string } })[]): PodState {
  const [pod] = pods;
  if (pod === undefined) return { over: false };
  const { name } = pod.metadata;
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') return { over: true, name };
  const waiting = (pod.status?.containerStatuses ?? [])
    .map(({ state }: ContainerStatus) => state?.waiting)
    .find((one) => STUCK.test(one?.reason ?? ''));
  return { over: false, name, ...(waiting === undefined ? {} : { stuck: waiting.reason ?? '' }) };
}

async function wait(cluster: Cluster, { namespace, name, describe }: CheckJob, began: Date): Promise<Inside> {
  const failed = (why: string, fix = describe): Inside => ({ why: `not asked from inside: ${why}`, fix });
  const end = Date.now() + LIMIT_SECONDS * 1000;
  let seen = 'no pod of it was made';
  while (Date.now() < end) {
    const pods = await cluster.list<Pod>('pods', namespace, `job-name=${name}`);
    if (pods.seen === 'hidden') return failed(`the pod of Job ${name} could not be seen: ${pods.why}`);
    const state = pods.seen === 'yes' ? stateOf(pods.value) : { over: false };
    if (state.stuck !== undefined)
      return failed(`the Job's pod does not start (${state.stuck})`, 'see the check "image"');
    if (state.name !== undefined) seen = `its pod ${state.name} did not end`;
    if (state.over && state.name !== undefined) {
      const log = await cluster.log({ namespace, name: state.name, container: 'backup' });
      if (log.seen !== 'yes') return failed(`the log of ${state.name} could not be read`);
      const ended = new Date();
      const report = readReport(log.value);
      if (report !== undefined) return { report, began, ended };
      const last = log.value.trim().split('\n').at(-1) ?? '';
      return failed(
        `the pod said no report; its last line: ${last.slice(0, 300)}`,
        'an image of another version may not know `backup --check`: render again with this one, and install both charts',
      );
    }
    await delay(POLL_MS);
  }
  return failed(`Job ${name}: ${seen} within ${LIMIT_SECONDS} s`);
}

export async function runCheckJob(cluster: Cluster, job: CheckJob): Promise<Inside> {
  const began = new Date();
  const made = await callKubectl(['create', '-f', '-'], cluster.target, JSON.stringify(job.manifest));
  if (made.seen !== 'text') {
    const why = made.seen === 'hidden' ? made.why : 'its namespace is not there';
    return {
      why: `not asked from inside: the Job could not be made: ${why}`,
      fix: `have somebody apply what --print-job prints, and read its log; your right: kubectl auth can-i create jobs.batch -n ${job.namespace}`,
    };
  }
  try {
    return await wait(cluster, job, began);
  } finally {
    const gone = [
      'delete',
      'job',
      job.name,
      '-n',
      job.namespace,
      '--cascade=background',
      '--ignore-not-found',
      '--wait=false',
    ];
    // Where that fails the cluster removes it after ten minutes.
    await callKubectl(gone, cluster.target).catch(() => {});
  }
}
