/** Names of clusters become folders below the out folder: which are refused. */
import type { Problem } from '../config/problem.ts';

export const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `at` makes the problem where the name stands. */
export function folderProblems(
  names: readonly string[],
  at: (name: string, message: string, hint: string) => Problem,
): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const name of names) {
    if (!FOLDER_NAME.test(name)) {
      const words =
        'Use letters, digits, "-", "_" and ".", beginning with a letter or digit, 100 characters at most.';
      problems.push(at(name, `"${name.slice(0, 100)}" cannot be the name of a cluster's folder`, words));
      continue;
    }
    const other = seen.get(name.toLowerCase());
    if (other === undefined) seen.set(name.toLowerCase(), name);
    else {
      problems.push(
        at(
          name,
          other === name
            ? `two files are named ${name}, and would be rendered into one folder`
            : `${other} and ${name} would be one folder on a disk that takes capitals for small letters`,
          'Give each cluster a name of its own.',
        ),
      );
    }
  }
  return problems;
}
