/** Secrets that somebody wrote into lifeboat.yaml. */
import type { Problem } from './problem.ts';
import { schemaAt } from './schema-at.ts';
import { isPlainName, looksLikeSecretEntry, looksLikeSecretKey } from './secret-forms.ts';
import { textAt } from './value-at.ts';
import { dotted, type Path, type YamlSource } from './yaml-source.ts';

const CREDENTIALS_IN_URL = /:\/\/[^/\s@]*@/;

/** `path` is the map that the secret stands in. */
export function secretHint(source: YamlSource, path: Path, value?: unknown): string {
  const replace = 'If this file was shared, replace the secret.';
  if (path.at(-1) === 'secretRef') {
    const name = textAt(source, ...path.map(String), 'name');
    const there =
      name !== undefined && isPlainName('name', name)
        ? `put it into the Secret ${name}`
        : 'put it into a Kubernetes Secret, of which only the name stands here: {name: ...}';
    return `Remove it here; ${there}. ${replace}`;
  }
  const place = path.length === 0 ? '' : ` in ${dotted(path)}`;
  const first =
    typeof value === 'string' && CREDENTIALS_IN_URL.test(value)
      ? 'Remove user:password@ from the URL; put what it says'
      : 'Put it';
  return `${first} into a Kubernetes Secret and name that${place}: secretRef: {name: ...}. ${replace}`;
}

/** The schema's own check names such a key. */
function isToldByKey(path: Path): boolean {
  const key = String(path.at(-1));
  const known = schemaAt(path.slice(0, -1))?.properties;
  return known !== undefined && !(key in known) && looksLikeSecretKey(key);
}

/** Values anywhere in the file that have the form of a secret. The value itself is not repeated. */
export function inlineSecrets(source: YamlSource): readonly Problem[] {
  const problems: Problem[] = [];
  function walk(value: unknown, path: Path): void {
    if (typeof value === 'string') {
      if (looksLikeSecretEntry(String(path.at(-1)), value) && !isToldByKey(path)) {
        problems.push(
          source.at(path, `${dotted(path)} has the form of a secret`, {
            hint: secretHint(source, path.slice(0, -1), value),
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
