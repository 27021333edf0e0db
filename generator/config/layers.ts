/** Several YAML sources as one: merged as Helm merges values files, and each problem at the layer that set the value. */
import { isMap, mergeValues } from '../chart/values.ts';
import type { Problem } from './problem.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** The value at a path of plain data; undefined where there is none. */
export function valueAtPath(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

function holds(data: unknown, path: Path): boolean {
  const parent = valueAtPath(data, path.slice(0, -1));
  const last = path.at(-1);
  return last === undefined || (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, last));
}

/** The part of a file below a path, as if it were a file of its own. A part that is empty is an empty map. */
export function partOf(source: YamlSource, prefix: Path): YamlSource {
  return {
    file: source.file,
    data: valueAtPath(source.data, prefix) ?? {},
    problems: source.problems,
    at: (path, message, options) => source.at([...prefix, ...path], message, options),
    has: (path) => source.has([...prefix, ...path]),
  };
}

/** The layer that is to blame for what stands at a path, or for its absence. */
function layerFor(layers: readonly YamlSource[], path: Path): YamlSource | undefined {
  let standing = layers;
  for (let depth = 0; ; depth++) {
    const here = path.slice(0, depth);
    // What is no map hides everything below it, and is hidden by what comes later.
    const hiding = standing.findLastIndex(({ data }) => !isMap(valueAtPath(data, here)));
    if (hiding >= 0) standing = standing.slice(hiding);
    const deeper = standing.filter(({ data }) => holds(data, path.slice(0, depth + 1)));
    if (depth === path.length || deeper.length === 0) return standing.at(-1);
    standing = deeper;
  }
}

/** Maps are merged, lists and scalars replaced, and a null of a later layer removes. At least one layer is given. */
export function layered(layers: readonly YamlSource[]): YamlSource {
  const [first, ...later] = layers;
  if (first === undefined) throw new Error('no layer is given');
  if (later.length === 0) return first;
  let data = first.data;
  for (const layer of later) if (isMap(data) && isMap(layer.data)) data = mergeValues(data, layer.data);
  return {
    file: [...new Set(layers.map(({ file }) => file))].join(' + '),
    data,
    problems: layers.flatMap(({ problems }) => [...problems]),
    at: (path, message, options): Problem => (layerFor(layers, path) ?? first).at(path, message, options),
    has: (path) => holds(data, path),
  };
}
