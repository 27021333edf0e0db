/** Values of a file that may not have passed the schema, by their path. */
import type { YamlSource } from './yaml-source.ts';

export function at(source: YamlSource, ...path: readonly string[]): unknown {
  let value = source.data;
  for (const step of path) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

export function textAt(source: YamlSource, ...path: readonly string[]): string | undefined {
  const value = at(source, ...path);
  return typeof value === 'string' ? value : undefined;
}
