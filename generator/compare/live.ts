/** One cluster's releases as they run against what is rendered for them: values, chart, and what cannot be changed. */
import { parse } from 'yaml';
import type { ClusterTarget } from '../../cluster/target.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { readUserValues } from '../chart/user-values.ts';
import { isMap, type Values } from '../chart/values.ts';
import { type PlacedChart, pinnedChart } from '../check/render-official.ts';
import type { CheckSettings } from '../check/settings.ts';
import type { RenderedCluster } from '../clusters.ts';
import type { Problem } from '../config/problem.ts';
import { HELM_YAML } from '../config/yaml-documents.ts';
import { type LiveRelease, liveRelease, type ReleaseName } from '../helm/live-release.ts';
import { renderChart } from '../helm/render-chart.ts';
import type { Change } from './change.ts';
import { type Effect, effects } from './effects.ts';
import { compareStatefulSets, type StatefulSetsCompared } from './immutable-fields.ts';
import { mergeFiles, releaseChange } from './live-values.ts';

export interface LiveSettings extends Pick<CheckSettings, 'charts' | 'pull'> {
  readonly target: ClusterTarget;
  /** Instead of the namespace of the release in lifeboat.yaml. */
  readonly namespace?: string | undefined;
  /** The version of Kubernetes that the chart is rendered for. */
  readonly kubernetes: string;
}

export interface Compared {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
  /** What Kubernetes would refuse. */
  readonly problems: readonly Problem[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

function valuesIn(text: string): Values {
  const data: unknown = parse(text, HELM_YAML);
  return isMap(data) ? data : {};
}

function renderedText({ files }: RenderedCluster, name: string): string {
  return files.find((file) => file.name === name)?.text ?? '';
}

function notInstalled({ name, namespace }: ReleaseName): LifeboatError {
  return new LifeboatError('tool', `there is no release ${name} in namespace ${namespace} of this cluster`, {
    hint: 'helm list -A shows what is there; name another cluster with --kube-context, or compare with a folder: --out FOLDER.',
  });
}

type Comparison = StatefulSetsCompared & { readonly note?: string };

const NOTHING = { refusals: [], effects: [] } as const;

async function statefulSets(
  cluster: RenderedCluster,
  live: LiveRelease,
  release: ReleaseName,
  settings: LiveSettings,
): Promise<Comparison> {
  let chart: PlacedChart;
  try {
    chart = await pinnedChart(cluster, settings);
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const note = `what Kubernetes cannot change on the StatefulSet was not compared: ${error.message}. ${error.hint ?? ''}`;
    return { ...NOTHING, note };
  }
  const answer = await renderChart({
    chart: chart.place,
    release,
    values: [
      ...cluster.input.valuesFiles.map(({ text }) => text),
      renderedText(cluster, 'vault-values.yaml'),
    ],
    kubernetes: settings.kubernetes,
  });
  if (!answer.ok) throw new LifeboatError('tool', `helm cannot render ${chart.title}: ${answer.reason}`);
  return compareStatefulSets(live.manifest, answer.text, release.namespace);
}

/** Throws a LifeboatError where the official chart's release is not there, or Helm cannot tell. */
export async function compareLive(cluster: RenderedCluster, settings: LiveSettings): Promise<Compared> {
  const { input, plan, folder } = cluster;
  const { config, names } = plan;
  const namespace = settings.namespace ?? config.release.namespace;
  const release = { name: config.release.name, namespace };
  const inOwn = config.backup.namespace !== config.release.namespace;
  const ours = { name: names.lifeboat, namespace: inOwn ? config.backup.namespace : namespace };
  const live = await liveRelease(release, settings.target);
  if (live === undefined) throw notInstalled(release);
  const liveOurs = await liveRelease(ours, settings.target);

  const after = {
    vault: mergeFiles([
      ...input.valuesFiles.map(({ text }) => valuesIn(text)),
      valuesIn(renderedText(cluster, 'vault-values.yaml')),
    ]),
    lifeboat: valuesIn(renderedText(cluster, 'lifeboat-values.yaml')),
  };
  const of = (text: string): string => (folder === '' ? text : `${folder}: ${text}`);
  const pathOf = (one: ReleaseName): string => of(`release ${one.namespace}/${one.name}`);
  const official = releaseChange(
    pathOf(release),
    { chart: `${live.chart.name} ${live.chart.version}`, values: live.values },
    { chart: `${input.chart.name} ${input.chart.version}`, values: after.vault },
  );
  const backup = config.restore.rehearsalOf
    ? undefined
    : releaseChange(pathOf(ours), liveOurs === undefined ? undefined : { values: liveOurs.values }, {
        values: after.lifeboat,
      });
  const sets = await statefulSets(cluster, live, release, settings);
  const user = readUserValues(input.chart.values, input.valuesFiles, input.loaded.source).values;
  const before = { vault: live.values, lifeboat: liveOurs?.values };
  return {
    changes: [official, backup].filter((change) => change !== undefined),
    effects: [...effects(before, after), ...sets.effects].map(({ level, text }) => ({
      level,
      text: of(text),
    })),
    problems: sets.refusals.map(({ path, message, hint }) => ({
      ...user.problem(path, message, hint),
      ...(folder === '' ? {} : { clusters: [folder] }),
    })),
    notes: sets.note === undefined ? [] : [of(sets.note)],
  };
}
