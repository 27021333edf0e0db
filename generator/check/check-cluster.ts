/** All checks of one cluster, in the order of the summary. Helm and kubeconform are asked here; what they mean is decided elsewhere. */
import type { RenderedCluster } from '../clusters.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import { renderedAgain } from '../formats/rendered-again.ts';
import { renderBackup } from '../helm/render-release.ts';
import { againstOther, otherChart } from './against.ts';
import { backupFindings } from './backup-as-planned.ts';
import type { CheckRow, Finding } from './finding.ts';
import { checkTypes } from './kubeconform.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { outFindings } from './out-folder.ts';
import { policyFindings } from './policies/policies.ts';
import { type OfficialOutcome, pinnedChart, renderOfficial } from './render-official.ts';
import type { CheckSettings } from './settings.ts';
import { type Outcome, timed } from './timed.ts';

interface Objects {
  readonly findings: readonly Finding[];
  readonly text?: string;
  readonly manifests: readonly Manifest[];
}

async function official(cluster: RenderedCluster, settings: CheckSettings): Promise<OfficialOutcome> {
  const { against, pull, kubernetes } = settings;
  if (against === undefined) return renderOfficial(cluster, await pinnedChart(cluster, settings), kubernetes);
  return againstOther(cluster, await otherChart(cluster, against, pull), kubernetes);
}

async function own(cluster: RenderedCluster, kubernetes: string): Promise<Outcome & Objects> {
  const { input, plan } = cluster;
  const { source } = input.loaded;
  if (plan.config.restore.rehearsalOf !== undefined)
    return { skipped: 'a rehearsal has no backups', findings: [], text: '', manifests: [] };
  const answer = await renderBackup(cluster, kubernetes);
  if (!answer.ok) {
    const problem = source.at(['backup'], `helm cannot render our chart: ${answer.reason}`);
    return { findings: [{ ...problem, rule: 'own-chart-renders', level: 'error' }], manifests: [] };
  }
  const manifests = readManifests(answer.text);
  return { findings: backupFindings(manifests, plan, source), text: answer.text, manifests };
}

/** About the configuration as a whole, and yet in one file of it. */
function aboutAll(source: YamlSource, message: string): Problem {
  return { file: source.at([], message).file, message };
}

/** Warnings begin with the key that they are about; one of the user's values stands in another file. */
function warningFinding({ folder, input }: RenderedCluster, warning: string): Finding {
  const { source } = input.loaded;
  // Which cluster it is says the row.
  const message = folder === '' ? warning : warning.replace(`${folder}: `, '');
  const path = /^([A-Za-z][\w.]*): /.exec(message)?.[1]?.split('.') ?? [];
  const problem =
    path.length > 0 && source.has(path) ? source.at(path, message, { key: true }) : aboutAll(source, message);
  return { ...problem, rule: 'configuration-warning', level: 'warning' };
}

const NO_OBJECTS: Outcome = { skipped: 'a chart does not render' };

async function types(
  cluster: RenderedCluster,
  texts: readonly string[],
  settings: CheckSettings,
): Promise<Outcome> {
  const { source } = cluster.input.loaded;
  const outcome: Outcome = await checkTypes(texts.join('\n---\n'), settings, source);
  if (outcome.skipped === undefined || !settings.requireKubeconform) return outcome;
  const problem = aboutAll(source, `${outcome.skipped}, and --require-kubeconform is given`);
  return { findings: [{ ...problem, rule: 'kubernetes-types', level: 'error' }] };
}

async function chartRows(
  cluster: RenderedCluster,
  settings: CheckSettings,
  name: string,
): Promise<readonly CheckRow[]> {
  const { plan, files, input } = cluster;
  const server = await timed(name, 'official chart', () => official(cluster, settings));
  const backup = await timed(name, 'our chart', () => own(cluster, settings.kubernetes));
  const texts = [
    server.outcome.text,
    backup.outcome.text,
    files.find((file) => file.name === 'rbac.yaml')?.text,
  ];
  const objects =
    server.outcome.text === undefined || backup.outcome.text === undefined ? NO_OBJECTS : undefined;
  const known = await timed(
    name,
    'kubernetes types',
    () =>
      objects ??
      types(
        cluster,
        texts.filter((text) => text !== undefined),
        settings,
      ),
  );
  const policies = await timed(name, 'policies', () => {
    const view = { plan, files, official: server.outcome.manifests, own: backup.outcome.manifests };
    return objects ?? { findings: policyFindings(view, input.loaded.source) };
  });
  return [server.row, backup.row, known.row, policies.row];
}

function withoutCharts(name: string, skipped: string): readonly CheckRow[] {
  const checks = ['official chart', 'our chart', 'kubernetes types', 'policies'];
  return checks.map((check) => ({
    cluster: name,
    check,
    findings: [],
    skipped,
    milliseconds: 0,
  }));
}

async function outRow(cluster: RenderedCluster, settings: CheckSettings, name: string): Promise<CheckRow> {
  const { out, renderCommand } = settings;
  const { row } = await timed(name, 'out folder', async (): Promise<Outcome> => {
    if (out === undefined) return { skipped: 'no folder is named with -o' };
    try {
      const { files, formats, withChart, unseen } = await renderedAgain(cluster, out, {
        ...settings,
        withoutCharts: settings.withoutCharts !== undefined,
      });
      const all = [...formats, ...unseen];
      const firstCommand = `${renderCommand} --with-chart`;
      const command = [
        withChart ? firstCommand : renderCommand,
        ...(all.length === 0 ? [] : [`--format ${all.join(',')}`]),
      ].join(' ');
      const { folder } = cluster;
      return { findings: await outFindings({ out, folder, files, unseen, command, firstCommand }) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return {
        findings: error.problems.map((problem) => ({ ...problem, rule: 'configuration', level: 'error' })),
      };
    }
  });
  return row;
}

/** In a fleet each finding says whose it is, wherever it is read. */
function ofCluster(row: CheckRow, folder: string): CheckRow {
  return { ...row, findings: row.findings.map((finding) => ({ ...finding, clusters: [folder] })) };
}

export async function checkCluster(
  cluster: RenderedCluster,
  settings: CheckSettings,
): Promise<readonly CheckRow[]> {
  const name = cluster.folder === '' ? cluster.plan.config.name : cluster.folder;
  const { row } = await timed(name, 'configuration', () => ({
    findings: cluster.warnings.map((warning) => warningFinding(cluster, warning)),
  }));
  const reason = settings.withoutCharts;
  const charts =
    reason === undefined ? await chartRows(cluster, settings, name) : withoutCharts(name, reason);
  const rows = [row, ...charts, await outRow(cluster, settings, name)];
  return cluster.folder === '' ? rows : rows.map((one) => ofCluster(one, cluster.folder));
}
