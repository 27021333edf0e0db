/**
 * `${NAME}` in the values of lifeboat.yaml, from the environment and only where declared. Put in after parsing, value
 * by value: what a variable holds is never read as YAML.
 */
import { isMap, type Values } from '../chart/values.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { schemaAt } from './schema-at.ts';
import { looksLikeSecretVariable } from './secret-forms.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` is the text `${`. What follows `${` need not be a name: that is told, too. */
const REFERENCE = /\$\$\{|\$\{([^}]*\}?)/g;
const NAME_IN_BRACES = /^([A-Za-z_][A-Za-z0-9_]*)\}$/;

interface Wrong {
  readonly message: string;
  readonly hint: string;
}

/** A value, what is wrong, or nothing where the declaration is wrong and says so itself. */
type Found = { readonly value: string } | { readonly wrong: Wrong | undefined };

function valueFor(name: string, declared: Values, environment: Environment): string | undefined {
  const entry = declared[name];
  const fallback = isMap(entry) && typeof entry.default === 'string' ? entry.default : undefined;
  return (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? fallback;
}

function isSecret(name: string, value: string | undefined): boolean {
  return looksLikeSecretVariable(name, value === undefined || value === '' ? 'x' : value);
}

function lookUp(reference: string, declared: Values, environment: Environment): Found {
  const name = NAME_IN_BRACES.exec(reference)?.[1];
  if (name === undefined) {
    return {
      wrong: {
        message: '"${" begins a variable, and no name in braces follows',
        hint: 'Write ${NAME}, or $${ for the text itself.',
      },
    };
  }
  if (!Object.hasOwn(declared, name)) {
    const meant = nearest(name, Object.keys(declared));
    return {
      wrong: {
        message: `\${${name}} is not declared${meant === undefined ? '' : `; did you mean \${${meant}}?`}`,
        hint: `Declare it at the top level, variables: {${name}: {}}, or write $\${${name}} for the text itself.`,
      },
    };
  }
  const value = valueFor(name, declared, environment);
  if (isSecret(name, value)) return { wrong: undefined };
  if (value !== undefined) return { value };
  return {
    wrong: {
      message: `the variable ${name} is not set in the environment`,
      hint: `Set it, or give it a default: variables: {${name}: {default: ...}}.`,
    },
  };
}

/** A whole number, true or false, where the schema wants one; else the text. */
function typed(text: string, path: Path): unknown {
  const { type } = schemaAt(path);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return type === 'integer' && /^[-+]?[0-9]+$/.test(text) ? Number(text) : text;
}

/** Variables that look like secrets, by their names or by what they hold. */
function secretVariables(source: YamlSource, declared: Values, environment: Environment): readonly Problem[] {
  return Object.keys(declared)
    .filter((name) => isSecret(name, valueFor(name, declared, environment)))
    .map((name) =>
      source.at(['variables', name], `the variable ${name} looks like a secret, and this file holds none`, {
        key: true,
        hint: 'Put the secret into a Kubernetes Secret, and name that by secretRef.',
      }),
    );
}

export interface Replaced {
  /** The same file with the values of its variables. A problem at such a value names its variables. */
  readonly source: YamlSource;
  readonly problems: readonly Problem[];
  /** Whether a problem only follows from a variable without a value. */
  follows(problem: Problem): boolean;
}

/** Pure. `variables` itself stays as it is. */
export function replaceVariables(source: YamlSource, environment: Environment): Replaced {
  const data = isMap(source.data) ? source.data : {};
  const declared = isMap(data.variables) ? data.variables : {};
  const problems: Problem[] = [...secretVariables(source, declared, environment)];
  /** Names of the variables by path. */
  const used = new Map<string, readonly string[]>();
  const withoutValue = new Set<string>();
  const placeKey = ({ file, line, column }: Problem): string => JSON.stringify([file, line, column]);

  function replaced(text: string, path: Path): unknown {
    const names: string[] = [];
    let failed = false;
    const result = text.replaceAll(REFERENCE, (all, reference: string | undefined) => {
      if (reference === undefined) return '${';
      const found = lookUp(reference, declared, environment);
      if ('value' in found) {
        names.push(all);
        return found.value;
      }
      failed = true;
      const { message, hint } = found.wrong ?? { message: '', hint: '' };
      const problem = source.at(path, message, { hint });
      withoutValue.add(placeKey(problem));
      if (found.wrong !== undefined) problems.push(problem);
      return all;
    });
    if (failed) return text;
    if (names.length > 0) used.set(JSON.stringify(path), names);
    return names.length === 1 && names[0] === text ? typed(result, path) : result;
  }

  function walk(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return value.includes('${') ? replaced(value, path) : value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const at: Path = [...path, key];
        if (key.includes('${')) {
          problems.push(
            source.at(at, 'a variable stands in a key', {
              key: true,
              hint: 'Variables stand in values only.',
            }),
          );
        }
        return [key, at.length === 1 && key === 'variables' ? child : walk(child, at)];
      }),
    );
  }

  const whole = walk(source.data, []);
  return {
    source: {
      ...source,
      data: whole,
      at(path, message, options = {}) {
        const names = used.get(JSON.stringify(path));
        if (names === undefined) return source.at(path, message, options);
        const from = `The value comes from ${names.join(' and ')}.`;
        return source.at(path, message, {
          ...options,
          hint: options.hint === undefined ? from : `${options.hint} ${from}`,
        });
      },
    },
    problems,
    follows: (problem) => withoutValue.has(placeKey(problem)),
  };
}
