/** From the text of lifeboat.yaml to a Config, or to every problem in it at once. Pure. */
import type { ErrorObject } from 'ajv';
import { validateConfig } from '../../generated/validators.js';
import { configProblems } from './checks.ts';
import { type Config, withDefaults } from './config.ts';
import { inlineSecrets } from './inline-secrets.ts';
import { ConfigError, type Problem } from './problem.ts';
import { type ConfigInput, SCHEMA_VERSION } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly source: YamlSource;
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function versionProblem(source: YamlSource): Problem | undefined {
  const version: unknown = (source.data as Readonly<Record<string, unknown>>).version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= SCHEMA_VERSION)
    return undefined;
  return source.at(
    ['version'],
    `this file is of version ${version}, and this lifeboat knows version ${SCHEMA_VERSION}`,
    { hint: 'Use a newer lifeboat; nothing else in the file was looked at.' },
  );
}

/** Throws a ConfigError with all problems, in the order of the file. `file` is its name in messages. */
export function loadConfig(file: string, text: string): LoadedConfig {
  const source = parseYaml(file, text, { version: '1.2' });
  if (source.problems.length > 0) throw new ConfigError(source.problems);
  if (source.data === null || source.data === undefined) {
    throw new ConfigError([
      { file, message: 'the file is empty', hint: 'See docs/configuration.md for an example.' },
    ]);
  }
  if (typeof source.data !== 'object' || Array.isArray(source.data)) {
    throw new ConfigError([source.at([], 'the file must be a map of keys, such as "version: 1"')]);
  }
  const future = versionProblem(source);
  if (future !== undefined) throw new ConfigError([future]);

  const problems: Problem[] = [...inlineSecrets(source), ...configProblems(source)];
  if (!validateConfig(source.data)) {
    problems.push(...schemaProblems(source, (validateConfig.errors ?? []) as readonly ErrorObject[]));
  }
  if (problems.length > 0) throw new ConfigError(problems.sort(byPlace));
  return { config: withDefaults(source.data as ConfigInput), source };
}
