/** The official charts and Helm for the tests that values arrive. */
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import type { Product } from '../../generator/chart/official-charts.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';

/** Something that may not be there, with the reason for the report of the skipped test. */
export type Found =
  | { readonly path: string; readonly skip: false }
  | { readonly path: ''; readonly skip: string };

async function found(search: Promise<string>): Promise<Found> {
  try {
    return { path: await search, skip: false };
  } catch (error) {
    if (error instanceof ToolMissing) return { path: '', skip: error.message };
    throw error;
  }
}

export function findHelm(): Promise<Found> {
  return found(findTool('helm').then(({ path }) => path));
}

export function findChart(name: Product, version: string): Promise<Found> {
  return found(findOfficialChart(name, version));
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** Any Kubernetes of today. Helm's own default lies in the past, and charts ask for a version. */
const KUBERNETES = '1.31.0';

export interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** What Helm prints, as it is. */
export async function helmText(
  helm: string,
  chart: string,
  { name, namespace }: Release,
  files: readonly string[],
  kubernetes = KUBERNETES,
): Promise<string> {
  const values = files.flatMap((file) => ['-f', file]);
  const args = ['template', name, chart, '-n', namespace, '--kube-version', kubernetes, ...values];
  return (await execa(helm, args)).stdout;
}

export async function helmTemplate(
  helm: string,
  chart: string,
  release: Release,
  files: readonly string[],
): Promise<readonly Manifest[]> {
  return parseAllDocuments(await helmText(helm, chart, release, files))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly unknown[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly securityContext?: unknown;
  readonly resources?: unknown;
  readonly lifecycle?: { readonly postStart?: { readonly exec: { readonly command: readonly string[] } } };
}

export interface ServerPod {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
  readonly imagePullSecrets?: readonly unknown[];
  readonly serviceAccountName: string;
}

export interface StatefulSet extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly serviceName: string;
    readonly template: { readonly spec: ServerPod };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export function statefulSetOf(manifests: readonly Manifest[]): StatefulSet {
  const found = manifests.find(({ kind }) => kind === 'StatefulSet');
  if (found === undefined) throw new Error('the chart rendered no StatefulSet');
  return found as StatefulSet;
}
