/** What Helm knows of a release in a cluster. Only `helm get` is called: nothing is written. */
import { type ClusterTarget, helmFlags } from '../../cluster/target.ts';
import { clusterTrouble } from '../../cluster/trouble.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { isMap, type Values } from '../chart/values.ts';
import { withoutSecretForms } from '../config/secret-forms.ts';
import { runHelm } from './run-helm.ts';

export interface ReleaseName {
  readonly name: string;
  readonly namespace: string;
}

export interface LiveRelease {
  readonly chart: { readonly name: string; readonly version: string };
  /** What the user supplied at the last upgrade. May hold secrets. */
  readonly values: Values;
  /** The objects as Helm sent them. */
  readonly manifest: string;
}

/** Every Helm 3 takes it; `helm get metadata` is younger. */
const CHART_TEMPLATE = '{{.Release.Chart.Metadata.Name}} {{.Release.Chart.Metadata.Version}}';

function failure({ name, namespace }: ReleaseName, reason: string): LifeboatError {
  const line = withoutSecretForms(reason.split('\n')[0] ?? '');
  const trouble = clusterTrouble(reason);
  if (trouble === undefined) return new LifeboatError('tool', `helm get of release ${name} failed: ${line}`);
  if (trouble.kind === 'forbidden') {
    return new LifeboatError(
      'tool',
      `you may not read the release ${name} in namespace ${namespace}: Helm keeps releases in Secrets (helm: ${line})`,
      { hint: `kubectl auth can-i list secrets -n ${namespace}` },
    );
  }
  return new LifeboatError('tool', `${trouble.message} (helm: ${line})`, { hint: trouble.hint });
}

/** Undefined where there is no such release. Throws a LifeboatError where Helm cannot tell. */
export async function liveRelease(
  release: ReleaseName,
  target: ClusterTarget,
): Promise<LiveRelease | undefined> {
  const get = async (what: readonly string[]): Promise<string | undefined> => {
    const where = ['--namespace', release.namespace, ...helmFlags(target)];
    const answer = await runHelm(['get', ...what, ...where, '--', release.name]);
    if (answer.ok) return answer.text;
    if (/release: not found/.test(answer.reason)) return undefined;
    throw failure(release, answer.reason);
  };
  const chart = await get(['all', '--template', CHART_TEMPLATE]);
  if (chart === undefined) return undefined;
  const [name = '', version = ''] = chart.trim().split(' ');
  const values: unknown = JSON.parse((await get(['values', '--output', 'json'])) ?? 'null');
  return {
    chart: { name, version },
    values: isMap(values) ? values : {},
    manifest: (await get(['manifest'])) ?? '',
  };
}
