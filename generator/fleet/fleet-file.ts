/** A file with `clusters:`: what is common to its clusters, and what each has of its own. Pure. */
import { isMap, type Values } from '../chart/values.ts';
import { partOf, valueAtPath } from '../config/layers.ts';
import { nearest } from '../config/nearest.ts';
import type { Problem } from '../config/problem.ts';
import { configSchema } from '../config/schema.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Fleet } from './fleet.ts';
import { folderProblems } from './folder-names.ts';

const KNOWN = ['version', 'defaults', 'clusters'];

export function isFleetFile({ data }: YamlSource): boolean {
  return isMap(data) && Object.hasOwn(data, 'clusters');
}

function unknownKeyProblem(source: YamlSource, key: string): Problem {
  const belongs = Object.hasOwn(configSchema.properties, key);
  const meant = belongs ? undefined : nearest(key, KNOWN);
  const end = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return source.at([key], `unknown key "${key}" beside "clusters"${end}`, {
    key: true,
    hint: belongs
      ? `What all clusters have in common stands below defaults: defaults: {${key}: ...}.`
      : `Known here: ${KNOWN.join(', ')}.`,
  });
}

function partProblems(source: YamlSource, path: readonly string[], what: string): readonly Problem[] {
  const part = valueAtPath(source.data, path);
  if (part === undefined || part === null || isMap(part)) return [];
  return [source.at(path, `${what} must be a map with keys of lifeboat.yaml`)];
}

/** The file has `clusters`. */
export function fleetOfFile(source: YamlSource): Fleet {
  const data = source.data as Values;
  const problems = Object.keys(data)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => unknownKeyProblem(source, key));
  problems.push(...partProblems(source, ['defaults'], 'defaults'));
  const clusters = isMap(data.clusters) ? data.clusters : {};
  const names = Object.keys(clusters);
  if (names.length === 0) {
    problems.push(
      source.at(['clusters'], 'clusters must be a map with one entry or more', {
        key: true,
        hint: 'One entry a cluster, by the name of its folder: clusters: {eu: {name: ...}, us: {name: ...}}.',
      }),
    );
  }
  problems.push(
    ...names.flatMap((name) => partProblems(source, ['clusters', name], `the cluster ${name}`)),
    ...folderProblems(names, (name, message, hint) =>
      source.at(['clusters', name], message, { key: true, hint }),
    ),
  );
  // The version stands beside defaults: it is what a lifeboat.yaml begins with.
  const head = data.version === undefined ? [] : [{ ...source, data: { version: data.version } }];
  const usable = names.filter((name) => clusters[name] === null || isMap(clusters[name]));
  return {
    common: [...head, ...(isMap(data.defaults) ? [partOf(source, ['defaults'])] : [])],
    clusters: new Map(usable.map((name) => [name, [partOf(source, ['clusters', name])]])),
    problems,
  };
}
