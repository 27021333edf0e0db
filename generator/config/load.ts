/** From the layers of lifeboat.yaml to a Config, or to every problem in them at once. Pure. */
import type { ErrorObject } from 'ajv';
import { validateConfig } from '../../generated/validators.js';
import { configProblems } from './checks.ts';
import { type Config, withDefaults } from './config.ts';
import { inlineSecrets } from './inline-secrets.ts';
import { layered } from './layers.ts';
import { ConfigError, type Problem } from './problem.ts';
import { type ConfigInput, SCHEMA_VERSION } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { type Environment, replaceVariables } from './variables.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly source: YamlSource;
}

/** In the order of the layers, then of the lines. */
function byPlace(layers: readonly YamlSource[]): (a: Problem, b: Problem) => number {
  const files = layers.map(({ file }) => file);
  return (a, b) =>
    files.indexOf(a.file) - files.indexOf(b.file) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0);
}

function versionProblems(source: YamlSource): readonly Problem[] {
  const { version } = source.data as Readonly<Record<string, unknown>>;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= SCHEMA_VERSION) return [];
  return [
    source.at(
      ['version'],
      `this file is of version ${version}, and this lifeboat knows version ${SCHEMA_VERSION}`,
      { hint: 'Use a newer lifeboat; nothing else in the file was looked at.' },
    ),
  ];
}

/** Why a file is no map of keys; its problems as YAML first. */
export function mapProblems(source: YamlSource): readonly Problem[] {
  const { file, data, problems } = source;
  if (problems.length > 0) return problems;
  if (data === null || data === undefined) {
    return [{ file, message: 'the file is empty', hint: 'See docs/configuration.md for an example.' }];
  }
  if (typeof data === 'object' && !Array.isArray(data)) return [];
  return [source.at([], 'the file must be a map of keys, such as "version: 1"')];
}

function schemaErrors(data: unknown): readonly ErrorObject[] {
  return validateConfig(data) ? [] : ((validateConfig.errors ?? []) as readonly ErrorObject[]);
}

function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

/** Unknown keys of each layer, also of those that a later layer hides; everything else of the whole. */
function formProblems(whole: YamlSource, layers: readonly YamlSource[]): readonly Problem[] {
  const errors = schemaErrors(whole.data);
  if (layers.length === 1) return schemaProblems(whole, errors);
  return [
    ...layers.flatMap((layer) => schemaProblems(layer, schemaErrors(layer.data).filter(isUnknownKey))),
    ...schemaProblems(whole, errors, { unknownKeys: false }),
  ];
}

/** What stands where something was told already needs no second sentence. */
function withoutEchoes(told: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  const placeOf = ({ file, line, column }: Problem): string => JSON.stringify([file, line, column]);
  const places = new Set(told.map(placeOf));
  return [...told, ...more.filter((problem) => !places.has(placeOf(problem)))];
}

/**
 * Throws a ConfigError with all problems of all layers. A later layer is merged over the earlier ones; variables are
 * put in last.
 */
export function loadLayers(layers: readonly YamlSource[], environment: Environment = {}): LoadedConfig {
  const unread = layers.flatMap(mapProblems);
  if (unread.length > 0) throw new ConfigError(unread);
  const future = layers.flatMap(versionProblems);
  if (future.length > 0) throw new ConfigError(future);

  const replaced = replaceVariables(layered(layers), environment);
  const { source } = replaced;
  const own = (found: readonly Problem[]): readonly Problem[] =>
    found.filter((problem) => !replaced.follows(problem));
  const checked = withoutEchoes(replaced.problems, own(configProblems(source)));
  const form = withoutEchoes(checked, own(formProblems(source, layers)));
  const problems = [...withoutEchoes(layers.flatMap(inlineSecrets), form)];
  if (problems.length > 0) throw new ConfigError(problems.sort(byPlace(layers)));
  return { config: withDefaults(sorted(source.data) as ConfigInput), source };
}

/** Keys in one order: neither the order in a file nor the layer that a key stands in may change what is rendered. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

/** One file alone. `file` is its name in messages. */
export function loadConfig(file: string, text: string, environment: Environment = {}): LoadedConfig {
  return loadLayers([parseYaml(file, text, { version: '1.2' })], environment);
}
