/** What Helm knows of a release in a cluster. Only `helm get` is called: nothing is written. */
import { LifeboatError } from '../../contract/errors.ts';
import { isMap, type Values } from '../chart/values.ts';
import { withoutSecretForms } from '../config/secret-forms.ts';
import { runHelm } from './run-helm.ts';

/** Which cluster, as Helm's own flags name it. */
export interface HelmTarget {
  readonly kubeContext?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

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

interface Trouble {
  readonly seen: RegExp;
  readonly message: (release: ReleaseName) => string;
  readonly hint: (release: ReleaseName) => string;
}

/** What Helm says, in our words, with the next command. */
const TROUBLES: readonly Trouble[] = [
  {
    seen: /context "[^"]*" does not exist/,
    message: () => 'the kubeconfig has no such context',
    hint: () => 'kubectl config get-contexts shows them; name one with --kube-context.',
  },
  {
    seen: /forbidden/i,
    message: ({ name, namespace }) =>
      `you may not read the release ${name} in namespace ${namespace}: Helm keeps releases in Secrets`,
    hint: ({ namespace }) => `kubectl auth can-i list secrets -n ${namespace}`,
  },
  {
    seen: /unauthorized|must be logged in|provide credentials/i,
    message: () => 'the cluster does not accept your login',
    hint: () => 'Log in again, and see whether kubectl auth whoami answers.',
  },
  {
    seen: /cluster unreachable|connection refused|no such host|i\/o timeout|deadline exceeded|x509/i,
    message: () => 'the cluster cannot be reached',
    hint: () =>
      'See whether kubectl cluster-info answers; name the cluster with --kube-context or --kubeconfig.',
  },
];

function failure(release: ReleaseName, reason: string): LifeboatError {
  const line = withoutSecretForms(reason.split('\n')[0] ?? '');
  const trouble = TROUBLES.find(({ seen }) => seen.test(reason));
  if (trouble === undefined)
    return new LifeboatError('tool', `helm get of release ${release.name} failed: ${line}`);
  const { message, hint } = trouble;
  return new LifeboatError('tool', `${message(release)} (helm: ${line})`, { hint: hint(release) });
}

function targetFlags({ kubeContext, kubeconfig }: HelmTarget): readonly string[] {
  return [
    ...(kubeContext === undefined ? [] : ['--kube-context', kubeContext]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ];
}

/** Undefined where there is no such release. Throws a LifeboatError where Helm cannot tell. */
export async function liveRelease(
  release: ReleaseName,
  target: HelmTarget,
): Promise<LiveRelease | undefined> {
  const get = async (what: readonly string[]): Promise<string | undefined> => {
    const where = ['--namespace', release.namespace, ...targetFlags(target)];
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
