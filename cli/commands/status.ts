/** `lifeboat status -f FILE`: how a release stands in its cluster, read by kubectl; and what its store holds, where asked. */
import { setTimeout as delay } from 'node:timers/promises';
import { createLog } from '../../bootstrap/log.ts';
import { Cluster } from '../../cluster/objects.ts';
import type { ClusterTarget } from '../../cluster/target.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { EXIT_CODES, type ExitName } from '../../contract/exit-codes.ts';
import { BINARIES } from '../../contract/product-words.ts';
import type { StoreAnswer } from '../../contract/store-state.ts';
import { type CheckedCluster, checkClusters } from '../../generator/clusters.ts';
import type { Plan } from '../../generator/plan/plan.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import { judge } from '../../status/judge.ts';
import { observe } from '../../status/observe.ts';
import type { Wanted } from '../../status/observed.ts';
import type { StatusReport, Verdict } from '../../status/report.ts';
import { statusText } from '../../status/text.ts';
import type { CliIo } from '../io.ts';
import { type StoreFlags, storeHere } from '../store-here.ts';

export interface StatusOptions extends ConfigInputs, ClusterTarget, StoreFlags {
  /** Instead of the namespace of the release in lifeboat.yaml. */
  readonly namespace?: string | undefined;
  /** The store is asked with a login that this machine has (a cloud's own), or with the credentials that are given. */
  readonly store: boolean;
  readonly watch: boolean;
  readonly json: boolean;
}

const EXITS: Readonly<Record<Verdict, ExitName>> = {
  well: 'ok',
  act: 'act',
  'under-way': 'underWay',
  unseen: 'unseen',
};

/** The one that is told where several clusters differ. */
const ORDER: readonly Verdict[] = ['act', 'under-way', 'unseen', 'well'];

const WATCH_PACE = 2000;

function wantedOf(cluster: string, { config, facts, names }: Plan, namespace: string | undefined): Wanted {
  const own = namespace ?? config.release.namespace;
  const inOwn = config.backup.namespace !== config.release.namespace;
  return {
    ...{ cluster, name: config.name, release: config.release.name, namespace: own },
    ...{ statefulSet: facts.fullname, container: facts.product, replicas: facts.replicas },
    binary: BINARIES[facts.product],
    ...(config.backup.enabled
      ? { backup: { namespace: inOwn ? config.backup.namespace : own, cronJob: names.lifeboat } }
      : {}),
  };
}

async function askStore(plan: Plan, options: StatusOptions, io: CliIo): Promise<StoreAnswer> {
  if (!options.store && options.credentials === undefined) return { asked: 'no' };
  const slice = await storeHere(plan.backup.store, options);
  const { openStore } = await import('../../bootstrap/store/open-store.ts');
  const { readStoreState } = await import('../../bootstrap/store-state.ts');
  const log = createLog({ format: 'text', part: 'status', write: io.stderr });
  try {
    const store = await openStore(slice, plan.backup.name, log);
    return { asked: 'yes', state: await readStoreState(store) };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint === undefined ? '' : `; next: ${error.hint}`;
    return { asked: 'failed', why: `${error.message}${hint}` };
  }
}

async function look(
  clusters: readonly CheckedCluster[],
  options: StatusOptions,
  io: CliIo,
): Promise<readonly StatusReport[]> {
  const { kubeContext, kubeconfig, namespace } = options;
  const cluster = new Cluster({ kubeContext, kubeconfig });
  const reports: StatusReport[] = [];
  for (const { folder, plan } of clusters) {
    const store = await askStore(plan, options, io);
    reports.push(judge(await observe(cluster, wantedOf(folder, plan, namespace), store, new Date())));
  }
  return reports;
}

function tell(reports: readonly StatusReport[], { json }: StatusOptions, io: CliIo): void {
  if (json) io.stdout(`${JSON.stringify({ version: 1, clusters: reports })}\n`);
  else io.stdout(reports.map((report) => statusText(report, io.colour === true)).join('\n'));
}

/** What is told anew: ages alone are no news. */
function news(reports: readonly StatusReport[]): string {
  return JSON.stringify(
    reports.map(({ verdict, pods, backup, restore }) => [
      verdict,
      pods,
      backup?.state,
      backup?.lastRun,
      restore,
    ]),
  );
}

export async function runStatus(options: StatusOptions, io: CliIo): Promise<number> {
  const clusters = await checkClusters(options, io.stdin);
  for (let told: string | undefined; ; await delay(WATCH_PACE)) {
    const reports = await look(clusters, options, io);
    const verdict = ORDER.find((one) => reports.some((report) => report.verdict === one)) ?? 'well';
    if (news(reports) !== told) {
      if (told !== undefined && !options.json) io.stdout('\n');
      tell(reports, options, io);
    }
    told = news(reports);
    if (!options.watch || verdict === 'well' || verdict === 'unseen') return EXIT_CODES[EXITS[verdict]].code;
  }
}
