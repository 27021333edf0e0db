/**
 * The output formats of `lifeboat render` besides the values, which are always written. A new one is a file, a line
 * here, and one of format-names.ts.
 */
import path from 'node:path';
import type { RenderedCluster } from '../clusters.ts';
import { ConfigError, groupedByCluster, type Problem } from '../config/problem.ts';
import type { RenderedFile } from '../render/file.ts';
import { argocd } from './argocd.ts';
import { flux } from './flux.ts';
import type { ChartTexts, Format, FormatInput } from './format.ts';
import type { FormatName } from './format-names.ts';
import { helmfile } from './helmfile.ts';
import { kustomize } from './kustomize.ts';
import { manifests } from './manifests.ts';
import { outsideRepository } from './places.ts';
import { missingKeys } from './required-keys.ts';

const FORMATS: Readonly<Record<FormatName, Format>> = { manifests, argocd, flux, helmfile, kustomize };

export function refersByPath(name: FormatName): boolean {
  return FORMATS[name].refersByPath;
}

/** Absolute; every cluster has a folder of its own below it. */
function inputOf({ folder, input, plan }: RenderedCluster, out: string): FormatInput {
  const valuesFiles = input.valuesFiles.map(({ place }) => place);
  return {
    plan,
    source: input.loaded.source,
    places: { out: path.resolve(out, folder), cluster: folder, valuesFiles },
  };
}

/** All of them bring our chart along, and are for what stays. */
function rehearsalProblem({ source }: FormatInput, names: readonly FormatName[]): Problem {
  return source.at(
    ['restore', 'rehearsalOf'],
    `a rehearsal is installed by Helm and taken away again, so it has no --format ${names.join(',')}`,
    { key: true, hint: 'Render it without --format; its RUNBOOK.md has the commands.' },
  );
}

/** What the configuration of a cluster lacks for these formats. */
function formatProblems(
  cluster: RenderedCluster,
  names: readonly FormatName[],
  out: string,
): readonly Problem[] {
  const input = inputOf(cluster, out);
  const needs = Object.fromEntries(names.map((name) => [name, FORMATS[name].needs]));
  const byRepository = names.some((name) => FORMATS[name].needs.includes('folder'));
  if (input.plan.config.restore.rehearsalOf !== undefined)
    return names.length === 0 ? [] : [rehearsalProblem(input, names)];
  return [...missingKeys(input, needs), ...(byRepository ? outsideRepository(input) : [])];
}

/** Throws one ConfigError with all that any of the clusters lacks for any of the formats. */
export function requireFormats(
  clusters: readonly RenderedCluster[],
  names: readonly FormatName[],
  out: string,
): void {
  const problems = clusters.flatMap((cluster) => {
    const named = cluster.folder === '' ? {} : { clusters: [cluster.folder] };
    return formatProblems(cluster, names, out).map((problem) => ({ ...problem, ...named }));
  });
  if (problems.length > 0) throw new ConfigError(groupedByCluster(problems));
}

export function runsHelm(name: FormatName): boolean {
  return FORMATS[name].runsHelm === true;
}

/** Of a cluster that lacks nothing for them. `texts` are for those that run Helm. */
export function formatFiles(
  cluster: RenderedCluster,
  names: readonly FormatName[],
  out: string,
  texts?: ChartTexts,
): readonly RenderedFile[] {
  return names.flatMap((name) => FORMATS[name].files({ ...inputOf(cluster, out), texts }));
}
