/** The user's own values files: read as Helm reads them, merged over the chart's defaults, and able to say where a value stands. */
import type { Problem } from '../config/problem.ts';
import { type Path, parseYaml, type YamlSource } from '../config/yaml-source.ts';
import { isMap, mergeValues, type Values } from './values.ts';

export interface ValuesFile {
  /** The name in messages: from where the program runs, as that of lifeboat.yaml itself. */
  readonly file: string;
  /** Where it stands, absolute. */
  readonly place: string;
  readonly text: string;
}

export interface UserValues {
  /** The chart's defaults with the user's files merged over them, in their order. */
  readonly effective: Values;
  /** The user's alone, for the hash of the inputs. */
  readonly own: Values;
  /**
   * A problem at the last file that sets the path (the one that is in force), else at release.values. A key with a dot
   * in it needs the path as steps.
   */
  problem(path: string | Path, message: string, hint?: string): Problem;
}

/** Clusters of a fleet share files: each is parsed once. */
const PARSED = new WeakMap<ValuesFile, YamlSource>();

export function parsedValues(file: ValuesFile): YamlSource {
  const source = PARSED.get(file) ?? parseYaml(file.file, file.text, { version: '1.1' });
  PARSED.set(file, source);
  return source;
}

function stepsOf(path: string): Path {
  return path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

export interface ReadValues {
  readonly values: UserValues;
  readonly problems: readonly Problem[];
}

/** Pure. `config` is lifeboat.yaml, for problems that no values file is to blame for. */
export function readUserValues(
  defaults: Values,
  files: readonly ValuesFile[],
  config: YamlSource,
): ReadValues {
  const sources = files.map(parsedValues);
  const problems: Problem[] = sources.flatMap((source) => [...source.problems]);
  let own: Values = {};
  let effective = defaults;
  for (const source of sources) {
    if (source.problems.length > 0 || source.data === null || source.data === undefined) continue;
    if (!isMap(source.data)) {
      problems.push(source.at([], 'a values file must be a map'));
      continue;
    }
    own = mergeValues(own, source.data);
    effective = mergeValues(effective, source.data);
  }
  return {
    problems,
    values: {
      own,
      effective,
      problem(path, message, hint) {
        const steps = typeof path === 'string' ? stepsOf(path) : path;
        const options = { key: true, ...(hint === undefined ? {} : { hint }) };
        const source = sources.findLast((candidate) => candidate.has(steps));
        return source === undefined
          ? config.at(['release', 'values'], message, options)
          : source.at(steps, message, options);
      },
    },
  };
}
