/** Keys of lifeboat.yaml that Helm's own commands can do without, and a format cannot. */
import type { Problem } from '../config/problem.ts';
import type { FormatInput } from './format.ts';

const GITOPS_LINES = `gitops:
  repository: https://git.example/platform/vaults.git
  folder: payments/out`;

const KEYS = {
  chart: {
    path: ['release', 'repository'],
    hint: "Set it to the URL of the official chart's repository, https://... or oci://..., as `helm repo list` shows it.",
  },
  git: {
    path: ['gitops', 'repository'],
    hint: `Set it to the URL of the git repository that holds the out folder:\n${GITOPS_LINES}`,
  },
  folder: {
    path: ['gitops', 'folder'],
    hint: `Set it to the out folder (-o) in the git repository, from its root:\n${GITOPS_LINES}`,
  },
} as const;

export type RequiredKey = keyof typeof KEYS;

function isSet({ plan: { config } }: FormatInput, key: RequiredKey): boolean {
  const { release, gitops } = config;
  if (key === 'chart') return release.repository !== undefined || release.chart.startsWith('oci://');
  if (key === 'git') return gitops?.repository !== undefined;
  return gitops !== undefined;
}

/** One problem for each that is missing, at the place where it would stand. */
export function missingKeys(
  input: FormatInput,
  needs: Readonly<Record<string, readonly RequiredKey[]>>,
): readonly Problem[] {
  return (Object.keys(KEYS) as readonly RequiredKey[])
    .filter((key) => !isSet(input, key))
    .flatMap((key) => {
      const formats = Object.keys(needs).filter((format) => needs[format]?.includes(key));
      if (formats.length === 0) return [];
      const { path, hint } = KEYS[key];
      const words = `${path.join('.')} is not set, and ${formats.length === 1 ? 'this format needs' : 'these formats need'} it: ${formats.join(', ')}`;
      // Where nothing stands that it belongs to, no line of the file is to blame.
      const { file } = input.source.at([], '');
      return [
        input.source.has([path[0]]) ? input.source.at(path, words, { hint }) : { file, message: words, hint },
      ];
    });
}
