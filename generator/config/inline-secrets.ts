/** Secrets that somebody wrote into lifeboat.yaml. */
import type { Problem } from './problem.ts';
import { looksLikeSecretEntry } from './secret-forms.ts';
import { dotted, type Path, type YamlSource } from './yaml-source.ts';

export function secretHint(path: Path): string {
  const place = path.length === 0 ? '' : ` in ${dotted(path)}`;
  return `Put it into a Kubernetes Secret and name that${place}: secretRef: {name: ...}. If this file was shared, replace the secret.`;
}

/** Values anywhere in the file that have the form of a secret. The value itself is not repeated. */
export function inlineSecrets(source: YamlSource): readonly Problem[] {
  const problems: Problem[] = [];
  function walk(value: unknown, path: Path): void {
    if (typeof value === 'string') {
      if (looksLikeSecretEntry(String(path.at(-1)), value)) {
        problems.push(
          source.at(path, `${dotted(path)} has the form of a secret`, {
            hint: secretHint(path.slice(0, -1)),
          }),
        );
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        walk(child, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    }
  }
  walk(source.data, []);
  return problems;
}
