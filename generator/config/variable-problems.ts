/** Variables that lifeboat.yaml gives to containers of ours: no secret in plain text, and none that is lifeboat's own. */
import type { Problem } from './problem.ts';
import { looksLikeSecretVariable } from './secret-forms.ts';
import type { YamlSource } from './yaml-source.ts';

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Where containers of ours are given variables. */
const EXTRA_ENV = [
  ['backup', 'pod', 'extraEnv'],
  ['restore', 'initContainer', 'extraEnv'],
] as const;

/** What the container sets itself: of two of a name the last one counts. */
const OWN_VARIABLE = /^(?:LIFEBOAT_\w*|HOSTNAME)$/;

function problemsAt(source: YamlSource, place: readonly string[]): readonly Problem[] {
  let variables = source.data;
  for (const step of place) variables = isMap(variables) ? variables[step] : undefined;
  if (!Array.isArray(variables)) return [];
  const problems: Problem[] = [];
  for (const [index, variable] of (variables as readonly unknown[]).entries()) {
    const { name, value } = (variable ?? {}) as { readonly name?: unknown; readonly value?: unknown };
    if (typeof name !== 'string') continue;
    if (OWN_VARIABLE.test(name)) {
      problems.push(
        source.at([...place, index], `the variable ${name} is lifeboat's own`, { hint: 'Leave it out.' }),
      );
    }
    if (typeof value !== 'string' || !looksLikeSecretVariable(name, value)) continue;
    // The line is not shown: it holds the secret.
    const { source: _line, ...problem } = source.at(
      [...place, index],
      `${name} looks like a secret and is written as plain text`,
      { hint: 'Use valueFrom: {secretKeyRef: {name: ..., key: ...}}.' },
    );
    problems.push(problem);
  }
  return problems;
}

export function variableProblems(source: YamlSource): readonly Problem[] {
  return EXTRA_ENV.flatMap((place) => problemsAt(source, place));
}
