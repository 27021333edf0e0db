/** Reads what there is to see of one release in its cluster. Nothing is written, and nothing is concluded here. */
import type { Cluster, Seen } from '../cluster/objects.ts';
import type { StoreAnswer } from '../contract/store-state.ts';
import { atWork } from './containers.ts';
import type { Claim, CronJob, Job, Pod, StatefulSet } from './kubernetes-objects.ts';
import type { Observed, SeenPod, Wanted } from './observed.ts';

/** The server's own lines stand between ours. */
const LINES = 500;

function map<T, U>(seen: Seen<T>, change: (value: T) => U): Seen<U> {
  return seen.seen === 'yes' ? { seen: 'yes', value: change(seen.value) } : seen;
}

function ownedBy(kind: string, names: ReadonlySet<string>) {
  return ({ metadata }: Pod | Job): boolean =>
    (metadata.ownerReferences ?? []).some((owner) => owner.kind === kind && names.has(owner.name));
}

async function withLogs(cluster: Cluster, wanted: Wanted, pod: Pod): Promise<SeenPod> {
  const container = atWork(pod, wanted.container);
  if (container === undefined) return { pod, logs: {} };
  const { namespace } = wanted;
  const where = { namespace, name: pod.metadata.name, container };
  return { pod, logs: { [container]: await cluster.log(where, { lines: LINES }) } };
}

const NOTHING = { seen: 'absent' } as const;

/** Throws a LifeboatError where the cluster does not answer at all. */
export async function observe(
  cluster: Cluster,
  wanted: Wanted,
  store: StoreAnswer,
  now: Date,
): Promise<Observed> {
  const { namespace, statefulSet: name, backup } = wanted;
  // The first question alone: a cluster that does not answer is told once.
  const statefulSet = await cluster.get<StatefulSet>('statefulsets', namespace, name);
  const [allPods, claims, cronJob, allJobs, backupPods] = await Promise.all([
    cluster.list<Pod>('pods', namespace),
    cluster.list<Claim>('persistentvolumeclaims', namespace),
    backup === undefined ? NOTHING : cluster.get<CronJob>('cronjobs', backup.namespace, backup.cronJob),
    backup === undefined ? NOTHING : cluster.list<Job>('jobs', backup.namespace),
    backup === undefined || backup.namespace === namespace
      ? undefined
      : cluster.list<Pod>('pods', backup.namespace),
  ]);
  const servers = map(allPods, (pods) => pods.filter(ownedBy('StatefulSet', new Set([name]))));
  const pods: Seen<readonly SeenPod[]> =
    servers.seen === 'yes'
      ? { seen: 'yes', value: await Promise.all(servers.value.map((pod) => withLogs(cluster, wanted, pod))) }
      : servers;
  const jobs = map(allJobs, (all) => all.filter(ownedBy('CronJob', new Set([backup?.cronJob ?? '']))));
  const jobNames = new Set(jobs.seen === 'yes' ? jobs.value.map(({ metadata }) => metadata.name) : []);
  const jobPods = map(backupPods ?? allPods, (all) => all.filter(ownedBy('Job', jobNames)));
  return { wanted, now, statefulSet, pods, claims, cronJob, jobs, jobPods, store };
}
