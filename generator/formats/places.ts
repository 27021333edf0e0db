/** Where the files of a format find the user's values, the overlay and our chart. Pure: paths in, paths out. */
import path from 'node:path';
import type { Problem } from '../config/problem.ts';
import type { FormatInput } from './format.ts';

export interface Places {
  /** The folder of the cluster's files, absolute. */
  readonly out: string;
  /** The cluster's folder below the out folder; '' where there is no fleet. */
  readonly cluster: string;
  /** The user's values files in their order, absolute. */
  readonly valuesFiles: readonly string[];
}

export const CHART_FOLDER = 'charts/vault-lifeboat';

/** A path as it is written in a file that stands in `folder`, below the cluster's folder. */
export function fromFolder(folder: string, { out }: Places, target: string): string {
  return path.relative(path.join(out, folder), path.resolve(out, target));
}

/** The values of the official chart in the order in which later ones win: the user's own, then the overlay. */
export function serverValues({ valuesFiles }: Places): readonly string[] {
  return [...valuesFiles, 'vault-values.yaml'];
}

/** A path from the root of the git repository that holds the out folder. */
export function inRepository({ plan, places }: FormatInput, target: string): string {
  const folder = plan.config.gitops?.folder ?? '';
  return path.join(folder, places.cluster, path.relative(places.out, path.resolve(places.out, target)));
}

/** Values files that no path from the repository's root leads to. */
export function outsideRepository(input: FormatInput): readonly Problem[] {
  const { plan, source, places } = input;
  const folder = plan.config.gitops?.folder;
  if (folder === undefined) return [];
  return places.valuesFiles.flatMap((file, index) => {
    if (!inRepository(input, file).startsWith('../')) return [];
    const words = `${plan.config.release.values[index] ?? file} stands outside of the git repository: the out folder is ${folder} in it (gitops.folder), and the file is not below the root`;
    return [
      source.at(['release', 'values', index], words, {
        hint: 'Move the file into the repository, or correct gitops.folder.',
      }),
    ];
  });
}
