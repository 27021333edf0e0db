/** The official charts and Helm for the tests that values arrive. */
import { execa } from 'execa';
import type { Product } from '../../generator/chart/official-charts.ts';
import { type Manifest, readManifests } from '../../generator/check/manifests.ts';
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
  return readManifests(await helmText(helm, chart, release, files));
}
