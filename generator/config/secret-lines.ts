/** The lines of a YAML file that hold a secret, or what was written where a secret's name belongs. Never shown. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
} from 'yaml';
import {
  isPlainName,
  isPrivatePath,
  looksLikeSecretEntry,
  looksLikeSecretKey,
  looksLikeSecretValue,
  looksLikeSecretVariable,
} from './secret-forms.ts';
import { keyText } from './yaml-nodes.ts';

type Path = readonly (string | number)[];

/** A variable of a container whose literal value is a secret by its name. */
function isSecretVariable(node: unknown): boolean {
  if (!isMap(node)) return false;
  const [name, value] = [node.get('name'), node.get('value')];
  return typeof name === 'string' && typeof value === 'string' && looksLikeSecretVariable(name, value);
}

function isSecretScalar(value: unknown, path: Path): boolean {
  const key = path.at(-1);
  const text = String(value ?? '');
  if (text === '') return false;
  if (isPrivatePath(path) && typeof value !== 'boolean') {
    if (typeof value !== 'string' || !isPlainName(key, text)) return true;
  }
  return looksLikeSecretEntry(String(key), text);
}

export function secretLines(
  documents: readonly Document[],
  counter: LineCounter,
  resolve: (alias: Alias) => Node | undefined,
): ReadonlySet<number> {
  const lines = new Set<number>();

  function hide(node: unknown): void {
    const range = isNode(node) ? node.range : undefined;
    if (!range) return;
    const [start, end] = range;
    const last = counter.linePos(Math.max(start, end - 1)).line;
    for (let { line } = counter.linePos(start); line <= last; line++) lines.add(line);
  }

  function walk(node: unknown, path: Path, hidden: boolean): void {
    if (hidden) hide(node);
    if (isAlias(node)) {
      // What it stands for is written elsewhere; where it stands for nothing, it may be a secret that begins with *.
      const target = resolve(node);
      if (target === undefined) hide(node);
      if (hidden || (isScalar(target) && isSecretScalar(target.value, path))) hide(target);
    } else if (isMap(node)) {
      if (isSecretVariable(node)) hide(node);
      for (const { key, value } of node.items) {
        const name = keyText(key);
        const secret = hidden || looksLikeSecretKey(name);
        if (secret || looksLikeSecretValue(name)) hide(key);
        walk(value, [...path, name], secret);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) walk(item, [...path, index], hidden);
    } else if (isScalar(node) && isSecretScalar(node.value, path)) hide(node);
  }

  for (const { contents } of documents) walk(contents, [], false);
  return lines;
}
