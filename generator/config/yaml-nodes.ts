/** What a document's nodes say before they become data: keys that stand twice, aliases, and how much they stand for. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
} from 'yaml';

/** More than any hand-written file has; few enough for a library that looks for each one's anchor. */
const ALIAS_LIMIT = 10_000;
/** Nodes of a file with each alias replaced by what it stands for. */
const SIZE_LIMIT = 1_000_000;

export interface NodeProblem {
  readonly node: Node;
  readonly message: string;
  readonly hint?: string;
}

export interface Nodes {
  readonly problems: readonly NodeProblem[];
  /** What an alias stands for; undefined where its anchor does not stand before it. */
  resolve(alias: Alias): Node | undefined;
}

/**
 * A key as it becomes a key of the data. The merge key is a symbol in YAML 1.1. A key that is no text is refused, and never
 * written out: the text of keys within keys doubles with each level.
 */
export function keyText(key: unknown): string {
  if (isNode(key) && !isScalar(key)) return '';
  if (!isScalar(key)) return String(key);
  return isMergeKey(key) ? '<<' : String(key.value);
}

export function isMergeKey(key: unknown): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === 'symbol' || (key.value === '<<' && (key.type ?? 'PLAIN') === 'PLAIN');
}

/** Keys that are no text, and merge keys that merge nothing. `resolve` may not know an alias that is wrong itself. */
function wrongPairs(map: YAMLMap, resolve: (alias: Alias) => Node | undefined): readonly NodeProblem[] {
  const isSource = (node: unknown): boolean => {
    const source = isAlias(node) ? resolve(node) : node;
    return source === undefined || isMap(source);
  };
  return map.items.flatMap(({ key, value }): readonly NodeProblem[] => {
    if (isNode(key) && !isScalar(key)) return [{ node: key, message: 'a key must be text' }];
    if (!isNode(key) || !isMergeKey(key)) return [];
    if (isSeq(value) ? value.items.every(isSource) : isSource(value)) return [];
    return [{ node: key, message: 'the merge key << takes an alias of a map (*name), or a list of such' }];
  });
}

function duplicates(map: YAMLMap): readonly NodeProblem[] {
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (isNode(key) && !isScalar(key)) return [];
    const text = keyText(key);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const node = isNode(key) ? key : map;
    return [{ node, message: 'this key stands here twice', hint: 'Keep one of them.' }];
  });
}

/** The nesting is bounded beforehand. */
export function readNodes(document: Document): Nodes {
  const problems: NodeProblem[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const sizes = new Map<Node, number>();
  let aliases = 0;

  function aliasSize(alias: Alias): number {
    aliases += 1;
    const target = anchors.get(alias.source);
    if (target === undefined) {
      const hint = 'An anchor (&name) stands before its aliases (*name). Text that begins with * is quoted.';
      problems.push({ node: alias, message: 'this alias names no anchor that stands before it', hint });
      return 1;
    }
    const size = sizes.get(target);
    if (size === undefined) {
      problems.push({ node: alias, message: 'this alias stands inside of what it stands for' });
      return 1;
    }
    targets.set(alias, target);
    return size;
  }

  /** How many nodes it stands for. */
  function walk(node: unknown): number {
    if (!isNode(node)) return 1;
    if (isAlias(node)) return aliasSize(node);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    let size = 1;
    if (isMap(node)) {
      problems.push(...duplicates(node));
      for (const { key, value } of node.items) size += walk(key) + walk(value);
      problems.push(...wrongPairs(node, (alias) => targets.get(alias)));
    } else if (isSeq(node)) {
      for (const item of node.items) size += walk(item);
    }
    sizes.set(node, size);
    return size;
  }

  const size = walk(document.contents);
  const [first] = targets.keys();
  if (first !== undefined && (size > SIZE_LIMIT || aliases > ALIAS_LIMIT)) {
    const message =
      aliases > ALIAS_LIMIT
        ? `the file has ${aliases} aliases, and ${ALIAS_LIMIT} are the limit`
        : `with its aliases replaced the file would have more than ${SIZE_LIMIT} entries`;
    problems.push({ node: first, message, hint: 'Write out what is meant, or make several files of it.' });
  }
  return { problems, resolve: (alias) => targets.get(alias) };
}
