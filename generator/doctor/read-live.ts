/** Reads the objects of one release with its backup. Nothing is written, and of Secrets only the names of their keys stay. */
import type { Cluster, Plural, Seen } from '../../cluster/objects.ts';
import type { Values } from '../chart/values.ts';
import { type Manifest, readManifests } from '../check/manifests.ts';
import { type NeededObject, neededObjects } from '../plan/needed-objects.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Binding, ConfigMap, Job, LiveCronJob, LiveFacts, LiveStatefulSet, Pod } from './live-facts.ts';

const PLURALS: Readonly<Record<string, Plural>> = {
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
};

interface WithData {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly binaryData?: Readonly<Record<string, unknown>>;
}

async function keysOf(
  cluster: Cluster,
  { kind, namespace, name }: NeededObject,
): Promise<Seen<readonly string[]>> {
  const plural = kind === 'secret' ? 'secrets' : 'configmaps';
  const found = await cluster.get<WithData>(plural, namespace, name);
  if (found.seen !== 'yes') return found;
  const { data = {}, binaryData = {} } = found.value;
  return { seen: 'yes', value: [...Object.keys(data), ...Object.keys(binaryData)].sort() };
}

async function rightsIn(cluster: Cluster, files: readonly RenderedFile[]): Promise<LiveFacts['rights']> {
  const text = files.find(({ name }) => name === 'rbac.yaml')?.text ?? '';
  const manifests = readManifests(text).filter(({ kind }) => kind in PLURALS);
  return Promise.all(
    manifests.map(async (wanted) => {
      const { name, namespace } = wanted.metadata;
      const live = await cluster.get<Manifest>(PLURALS[wanted.kind] ?? 'roles', namespace, name);
      return { wanted, live };
    }),
  );
}

/** By what the pods of the backup are found; the other labels change with a version. */
const SELECTING = ['name', 'instance', 'component'].map((part) => `app.kubernetes.io/${part}`);

function templateLabels({ spec }: LiveCronJob): Readonly<Record<string, string>> | undefined {
  const labels = spec.jobTemplate.spec.template.metadata?.labels;
  if (labels === undefined) return undefined;
  return Object.fromEntries(Object.entries(labels).filter(([key]) => SELECTING.includes(key)));
}

/** Without their owner nobody knows which pods are its own. */
async function podsWith(
  cluster: Cluster,
  namespace: string,
  owner: Seen<unknown>,
  labels: Readonly<Record<string, string>> | undefined,
): Promise<Seen<readonly Pod[]>> {
  if (owner.seen === 'hidden') return owner;
  if (labels === undefined || Object.keys(labels).length === 0) return { seen: 'yes', value: [] };
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return cluster.list<Pod>('pods', namespace, selector.join(','));
}

/** `own` are the user's values of the official chart, by which more Secrets are needed. */
export async function readLive(
  cluster: Cluster,
  plan: Plan,
  files: readonly RenderedFile[],
  own: Values,
): Promise<LiveFacts> {
  const { config, facts, names } = plan;
  const { namespace } = config.release;
  const there = config.backup.namespace;
  const [set, cronJob] = await Promise.all([
    cluster.get<LiveStatefulSet>('statefulsets', namespace, facts.fullname),
    cluster.get<LiveCronJob>('cronjobs', there, names.lifeboat),
  ]);
  const [serverConfig, pods, backupConfig, jobs, backupPods] = await Promise.all([
    cluster.get<ConfigMap>('configmaps', namespace, `${facts.fullname}-config`),
    podsWith(cluster, namespace, set, set.seen === 'yes' ? set.value.spec.selector?.matchLabels : undefined),
    cluster.get<ConfigMap>('configmaps', there, names.lifeboat),
    cluster.list<Job>('jobs', there),
    podsWith(cluster, there, cronJob, cronJob.seen === 'yes' ? templateLabels(cronJob.value) : undefined),
  ]);
  const reviews = 'kubernetes' in config.backup.auth && config.restore.rehearsalOf === undefined;
  return {
    ...{ set, serverConfig, pods, cronJob, backupConfig, jobs, backupPods },
    rights: await rightsIn(cluster, files),
    bindings: reviews ? await cluster.list<Binding>('clusterrolebindings', undefined) : undefined,
    needed: await Promise.all(
      neededObjects(config, own, facts).map(async (object) => ({
        object,
        keys: await keysOf(cluster, object),
      })),
    ),
    now: new Date(),
  };
}
