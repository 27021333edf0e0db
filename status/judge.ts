/** From all that was seen of a release to the report and its verdict. Pure. */
import type { Seen } from '../cluster/objects.ts';
import { lastWord, readWord, type Word } from '../contract/pod-states.ts';
import { judgeBackup, wordOf } from './judge-backup.ts';
import { judgePod } from './judge-pod.ts';
import type { Observed, SeenPod } from './observed.ts';
import type {
  BackupReport,
  Judged,
  PodReport,
  RestoreReport,
  SnapshotReport,
  StatusReport,
  Verdict,
} from './report.ts';

function known<T>(seen: Seen<T>): T | undefined {
  return seen.seen === 'yes' ? seen.value : undefined;
}

/** Pods that there are, and those that there should be. */
function podReports(observed: Observed): readonly PodReport[] {
  const { wanted } = observed;
  const seen = known(observed.pods);
  if (seen === undefined) return [];
  const set = known(observed.statefulSet);
  const claims = known(observed.claims);
  const byOrdinal = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  const there = seen.map((pod) => judgePod(pod, wanted, claims));
  const expected = observed.statefulSet.seen === 'absent' ? 0 : (set?.spec?.replicas ?? wanted.replicas);
  const names = new Set(there.map(({ name }) => name));
  const missing = Array.from({ length: expected }, (_, ordinal) => `${wanted.statefulSet}-${ordinal}`)
    .filter((name) => !names.has(name))
    .map((name): PodReport => {
      const claim = claims?.find(({ metadata }) => metadata.name === `data-${name}`);
      return {
        ...{ name, ready: false, restarts: 0, state: 'missing', turn: 'works', says: 'is not made yet' },
        claim:
          claim === undefined ? null : { name: claim.metadata.name, phase: claim.status?.phase ?? 'Unknown' },
      };
    });
  return [...there, ...missing].sort((a, b) => byOrdinal(a.name) - byOrdinal(b.name));
}

function text(word: Word | undefined, field: string): string | null {
  const value = word?.fields[field];
  return typeof value === 'string' ? value : null;
}

function newestSnapshot({ store, jobs, jobPods, now }: Observed): SnapshotReport | null {
  const age = (taken: string | null): number | null =>
    taken === null ? null : Math.round((now.getTime() - new Date(taken).getTime()) / 1000);
  if (store.asked === 'yes') {
    const { latest } = store.state;
    if (latest === undefined) return null;
    const { key, taken, clusterId, verified, bytes = null, writtenBy = null } = latest;
    return { key, taken, ageSeconds: age(taken), bytes, clusterId, verified, writtenBy, source: 'store' };
  }
  const words = (known(jobs) ?? [])
    .map(({ metadata }) => wordOf(metadata.name, known(jobPods) ?? []))
    .filter((word): word is Word => word?.state === 'backed-up')
    .sort((a, b) => b.time.localeCompare(a.time));
  const [word] = words;
  const key = text(word, 'key');
  if (word === undefined || key === null) return null;
  const taken = text(word, 'taken');
  const bytes = typeof word.fields.bytes === 'number' ? word.fields.bytes : null;
  return {
    ...{ key, taken, ageSeconds: age(taken), bytes, clusterId: text(word, 'clusterId') },
    // A backup says so only of an archive that it has read back.
    ...{ verified: true, writtenBy: null, source: 'job' },
  };
}

/** What the second init container left in the pod, and what the server itself said since. */
function restoreOf({ pod, logs }: SeenPod, container: string): RestoreReport | undefined {
  const ended = pod.status?.initContainerStatuses?.find(({ name }) => name === 'lifeboat-restore')?.state
    ?.terminated;
  const word = readWord(ended?.message ?? '');
  const key = text(word, 'key');
  if (word === undefined || key === null) return undefined;
  if (word.state !== 'in-place' && word.state !== 'in-place-sealed') return undefined;
  const log = logs[container];
  const final = log?.seen === 'yes' ? lastWord(log.value)?.state : undefined;
  const verdict = final === 'restored' || final === 'not-restored' ? final : word.state;
  const { name } = pod.metadata;
  return {
    key,
    taken: text(word, 'taken'),
    restored: word.time,
    clusterId: text(word, 'clusterId'),
    verdict,
    pod: name,
  };
}

function newestRestore(observed: Observed): RestoreReport | null {
  const { wanted, store } = observed;
  const told = (known(observed.pods) ?? []).map((pod) => restoreOf(pod, wanted.container));
  const receipt = store.asked === 'yes' ? store.state.receipt : undefined;
  const filed: RestoreReport | undefined =
    receipt === undefined
      ? undefined
      : {
          key: receipt.snapshot.key,
          taken: receipt.snapshot.taken ?? null,
          restored: receipt.restored,
          clusterId: receipt.clusterId === '' ? null : receipt.clusterId,
          verdict: receipt.verdict === 'restored-sealed' ? 'in-place-sealed' : 'restored',
          pod: null,
        };
  const all = [...told, filed].filter((one): one is RestoreReport => one !== undefined);
  return all.sort((a, b) => b.restored.localeCompare(a.restored))[0] ?? null;
}

function unseenOf({
  wanted,
  statefulSet,
  pods,
  claims,
  cronJob,
  jobs,
  jobPods,
  store,
}: Observed): readonly string[] {
  const hidden = Object.entries({
    StatefulSet: statefulSet,
    pods,
    claims,
    CronJob: cronJob,
    jobs,
    'pods of jobs': jobPods,
  });
  const lines = hidden.flatMap(([what, seen]) => (seen.seen === 'hidden' ? [`${what}: ${seen.why}`] : []));
  for (const { pod, logs } of known(pods) ?? [])
    for (const [container, log] of Object.entries(logs))
      if (log.seen === 'hidden') lines.push(`log of ${pod.metadata.name}/${container}: ${log.why}`);
  if (store.asked === 'failed') lines.push(`store: ${store.why}`);
  if (store.asked === 'no' && wanted.backup !== undefined)
    lines.push(
      'store: not asked; --credentials FOLDER, or --store with a login of your own, shows what it holds',
    );
  return lines;
}

function verdictOf(judged: readonly Judged[], blind: boolean): Verdict {
  if (judged.some(({ turn }) => turn === 'person')) return 'act';
  if (judged.some(({ turn }) => turn === 'works' || turn === 'waits')) return 'under-way';
  return blind ? 'unseen' : 'well';
}

/** The release as a whole, where it is not there at all. */
function absent({ wanted, statefulSet, pods }: Observed): readonly PodReport[] {
  if (statefulSet.seen !== 'absent' || (pods.seen === 'yes' && pods.value.length > 0)) return [];
  const says = `there is no StatefulSet ${wanted.statefulSet} in namespace ${wanted.namespace} of this cluster`;
  const next =
    'helm list -A shows what is there; name another cluster with --kube-context, or install as out/RUNBOOK.md says';
  const name = wanted.statefulSet;
  return [
    { name, ready: false, restarts: 0, claim: null, state: 'not-installed', turn: 'person', says, next },
  ];
}

function snapshotTrouble(snapshot: SnapshotReport | null, backup: BackupReport | null): BackupReport | null {
  if (snapshot?.verified !== false || backup === null || backup.turn === 'person') return backup;
  const says = `latest.json names ${snapshot.key}, and its manifest is missing or speaks of another archive`;
  const next = 'lifeboat snapshots --config out/backup.json --credentials FOLDER; then take a backup now';
  return { ...backup, state: 'unverified', turn: 'person', says, next };
}

export function judge(observed: Observed): StatusReport {
  const { wanted, now } = observed;
  const pods = [...absent(observed), ...podReports(observed)];
  const snapshot = newestSnapshot(observed);
  const backup = snapshotTrouble(snapshot, judgeBackup(observed));
  // Without the store it is still known whether backups are good; without pods or the CronJob it is not.
  const blind =
    observed.pods.seen === 'hidden' ||
    (backup !== null && backup.state === 'unknown') ||
    observed.store.asked === 'failed';
  return {
    cluster: wanted.cluster,
    name: wanted.name,
    release: wanted.release,
    namespace: wanted.namespace,
    checked: now.toISOString(),
    verdict: verdictOf([...pods, ...(backup === null ? [] : [backup])], blind),
    pods,
    backup,
    snapshot,
    restore: newestRestore(observed),
    unseen: unseenOf(observed),
  };
}
