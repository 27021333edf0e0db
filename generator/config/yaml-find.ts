/** The node at a path of a document, through aliases and merge keys. */
import { type Alias, isAlias, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { isMergeKey, keyText } from './yaml-nodes.ts';
import type { Path } from './yaml-source.ts';

export interface Found {
  /** The key under which it stands, in a map. */
  readonly key: unknown;
  readonly value: unknown;
  /** How many steps of the path exist. */
  readonly depth: number;
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

export type Finder = (path: Path) => Found;

/** Finds the longest part of a path that exists. Maps are indexed when they are first asked. */
export function finderIn(contents: unknown, resolve: (alias: Alias) => Node | undefined): Finder {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>();
  const resolved = (node: unknown): unknown => (isAlias(node) ? resolve(node) : node);

  function indexOf(map: YAMLMap): ReadonlyMap<string, Entry> {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      if (!isMergeKey(key)) continue;
      const merged = resolved(value);
      // Of several merged maps the first one that has a key gives it.
      const maps = isSeq(merged) ? merged.items.map(resolved).reverse() : [merged];
      for (const other of maps)
        if (isMap(other)) for (const [name, entry] of indexOf(other)) index.set(name, entry);
    }
    // A map's own keys are stronger than those that are merged into it.
    for (const { key, value } of map.items) if (!isMergeKey(key)) index.set(keyText(key), { key, value });
    indexes.set(map, index);
    return index;
  }

  return (path) => {
    let found: Found = { key: undefined, value: contents, depth: 0 };
    for (const step of path) {
      const value = resolved(found.value);
      let next: Entry | undefined;
      if (isMap(value)) next = indexOf(value).get(String(step));
      else if (isSeq(value) && typeof step === 'number' && step < value.items.length) {
        next = { key: undefined, value: value.items[step] };
      }
      if (next === undefined) return found;
      found = { ...next, depth: found.depth + 1 };
    }
    return found;
  };
}
