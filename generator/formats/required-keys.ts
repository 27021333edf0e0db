/** Keys of lifeboat.yaml that Helm's own commands can do without, and a format cannot. */
import type { Problem } from '../config/problem.ts';
import type { FormatInput } from './format.ts';

const KEYS = {
  chart: {
    path: ['release', 'repository'],
    hint: "Set it to the URL of the official chart's repository, https://... or oci://..., as `helm repo list` shows it.",
  },
  git: {
    path: ['gitops', 'repository'],
    hint: 'Set it to the URL of the git repository that holds the out folder.',
  },
  folder: {
    path: ['gitops', 'folder'],
    hint: 'Set it to the out folder (-o) in the git repository, from its root, such as payments/out.',
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
      return [input.source.at(path, words, { hint })];
    });
}
