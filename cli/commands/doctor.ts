/** `lifeboat doctor -f FILE`: what is wrong with a release that runs, and the command that mends it. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Cluster } from '../../cluster/objects.ts';
import type { ClusterTarget } from '../../cluster/target.ts';
import { type Answer, CHECKS, type CheckName } from '../../contract/doctor.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { readUserValues } from '../../generator/chart/user-values.ts';
import { type RenderedCluster, renderClusters } from '../../generator/clusters.ts';
import { compareFolder } from '../../generator/compare/folder.ts';
import { checkJob, checkJobName } from '../../generator/doctor/check-job.ts';
import type { Inside } from '../../generator/doctor/checks/inside.ts';
import { diagnose } from '../../generator/doctor/diagnose.ts';
import { type Called, commandsOf, type Expected } from '../../generator/doctor/expected.ts';
import type { LiveFacts } from '../../generator/doctor/live-facts.ts';
import { readLive } from '../../generator/doctor/read-live.ts';
import { runCheckJob } from '../../generator/doctor/run-check-job.ts';
import { type ConfigInputs, readGivenCharts } from '../../generator/read-input.ts';
import { vaultValues } from '../../generator/render/vault-values.ts';
import { doctorText } from '../doctor-text.ts';
import type { CliIo } from '../io.ts';
import { exitOf } from './backup-check.ts';

export interface DoctorOptions extends ConfigInputs, ClusterTarget {
  readonly out?: string | undefined;
  readonly checks?: readonly CheckName[] | undefined;
  readonly runJob: boolean;
  readonly printJob: boolean;
  readonly json: boolean;
}

export interface Diagnosis {
  /** The cluster's name in a fleet; '' where there is only one. */
  readonly cluster: string;
  readonly release: string;
  readonly answers: readonly Answer[];
}

const DEFAULT_OUT = 'out';

function calledFor(options: DoctorOptions, { folder }: RenderedCluster): Called {
  const { files, only = [], charts = [], out = DEFAULT_OUT, kubeContext, kubeconfig } = options;
  return {
    inputs: [
      ...files.flatMap((file) => ['-f', file]),
      ...only.flatMap((one) => ['--only', one]),
      ...charts.flatMap((place) => ['--chart', place]),
    ],
    out: path.posix.join(out, folder),
    outOfAll: out,
    target: { kubeContext, kubeconfig },
  };
}

async function staleFiles(
  options: DoctorOptions,
  cluster: RenderedCluster,
): Promise<readonly string[] | undefined> {
  if (options.out === undefined) return undefined;
  const again = { charts: await readGivenCharts(options.charts), pull: false };
  const { changes } = await compareFolder(options.out, [cluster], false, again);
  return changes.filter(({ headerOnly }) => headerOnly !== true).map(({ path: file }) => file);
}

const INSIDE = (Object.keys(CHECKS) as CheckName[]).filter((name) => CHECKS[name].from !== 'outside');

async function askInside(
  options: DoctorOptions,
  cluster: Cluster,
  live: LiveFacts,
  { plan, commands }: Expected,
): Promise<Inside> {
  const { namespace } = plan.config.backup;
  const again = `lifeboat doctor ${commands.named('-f lifeboat.yaml')}`;
  if (!options.runJob)
    return {
      why: "not asked: only the backup's own pod can tell, and a Job in your cluster is made when you say so",
      fix: `${again} --run-job`,
    };
  if (options.checks !== undefined && !options.checks.some((name) => INSIDE.includes(name)))
    return { why: 'not asked', fix: `${again} --run-job` };
  if (live.cronJob.seen !== 'yes')
    return {
      why: 'not asked from inside: the CronJob of the backup is not there, or could not be seen',
      fix: commands.backup,
    };
  const name = checkJobName(plan.names.lifeboat, randomBytes(3).toString('hex'));
  const describe = commands.kubectl(`get events -n ${namespace}`);
  return runCheckJob(cluster, { namespace, name, manifest: checkJob(live.cronJob.value, name), describe });
}

async function diagnoseOne(options: DoctorOptions, rendered: RenderedCluster, io: CliIo): Promise<Diagnosis> {
  const { plan, files, input, folder } = rendered;
  const { kubeContext, kubeconfig } = options;
  const cluster = new Cluster({ kubeContext, kubeconfig });
  const { own } = readUserValues(input.chart.values, input.valuesFiles, input.loaded.source).values;
  const commands = commandsOf(plan, calledFor(options, rendered));
  const expected: Expected = { plan, overlay: vaultValues(plan), commands };
  const live = await readLive(cluster, plan, files, own);
  if (options.runJob && !options.json)
    io.stderr('asking from inside, by a Job that is taken away again ...\n');
  const inside = await askInside(options, cluster, live, expected);
  const answers = diagnose(
    expected,
    { live, inside, staleFiles: await staleFiles(options, rendered) },
    options.checks,
  );
  return {
    cluster: folder,
    release: `${plan.config.release.namespace}/${plan.config.release.name}`,
    answers,
  };
}

/** For people who may not, or do not want to, let this command make it. */
async function printJob(options: DoctorOptions, { plan }: RenderedCluster, io: CliIo): Promise<void> {
  const { kubeContext, kubeconfig } = options;
  const { namespace } = plan.config.backup;
  const cluster = new Cluster({ kubeContext, kubeconfig });
  const cronJob = await cluster.get<Parameters<typeof checkJob>[0]>(
    'cronjobs',
    namespace,
    plan.names.lifeboat,
  );
  if (cronJob.seen !== 'yes')
    throw new LifeboatError(
      'tool',
      `the CronJob ${namespace}/${plan.names.lifeboat} ${cronJob.seen === 'absent' ? 'is not there' : `could not be seen: ${cronJob.why}`}`,
      { hint: `kubectl get cronjobs -n ${namespace}` },
    );
  io.stdout(
    `${JSON.stringify(checkJob(cronJob.value, checkJobName(plan.names.lifeboat, 'by-hand')), undefined, 2)}\n`,
  );
}

export async function runDoctor(options: DoctorOptions, io: CliIo): Promise<number> {
  if (options.printJob && options.runJob)
    throw new LifeboatError('usage', '--print-job only prints the Job, and --run-job runs it', {
      hint: 'Say one of them.',
    });
  const clusters = await renderClusters(options, io.stdin);
  if (options.printJob) {
    for (const cluster of clusters) await printJob(options, cluster, io);
    return EXIT_CODES.ok.code;
  }
  const found: Diagnosis[] = [];
  for (const cluster of clusters) found.push(await diagnoseOne(options, cluster, io));
  const exit = exitOf(found.flatMap(({ answers }) => answers));
  io.stdout(
    options.json ? `${JSON.stringify({ exit, clusters: found })}\n` : doctorText(found, io.colour === true),
  );
  return EXIT_CODES[exit].code;
}
