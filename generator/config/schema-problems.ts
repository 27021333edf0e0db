/** Turns what the schema's validator found into located problems in plain words. */
import type { ErrorObject } from 'ajv';
import { secretHint } from './inline-secrets.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { schemaAt } from './schema-at.ts';
import { PATTERN_WORDS } from './schema-parts.ts';
import { isPrivatePath, looksLikeSecretKey, looksLikeSecretValue, looksRandom } from './secret-forms.ts';
import { dotted, type Path, type YamlSource } from './yaml-source.ts';

function pathOf(pointer: string, data: unknown): Path {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path: (string | number)[] = [];
  let value = data;
  for (const step of steps) {
    const key = Array.isArray(value) ? Number(step) : step;
    path.push(key);
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  return path;
}

function valueAt(path: Path, data: unknown): unknown {
  let value = data;
  for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step];
  return value;
}

/** What stands at a path, in words. Where a secret's name is expected, a secret may have been written: it is not repeated. */
function found(value: unknown, path: Path): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value);
  if (looksLikeSecretValue(text) || looksRandom(text)) return 'text of the form of a secret';
  // Where a Secret is to be named, people write the secret itself.
  if (isPrivatePath(path)) return typeof value === 'string' ? 'text' : `a ${typeof value}`;
  const words = { string: 'the text', number: 'the number', boolean: 'the boolean' } as const;
  return `${words[typeof value as keyof typeof words] ?? ''} ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

function unknownKey(source: YamlSource, path: Path, key: string): Problem {
  const at: Path = [...path, key];
  if (looksLikeSecretKey(key)) {
    return source.at(at, `${dotted(at)} would hold a secret, and this file holds none`, {
      key: true,
      hint: secretHint(source, path),
    });
  }
  if (looksLikeSecretValue(key)) {
    return source.at(at, `a key in ${dotted(path) || 'the top level'} has the form of a secret`, {
      key: true,
      hint: secretHint(source, path),
    });
  }
  const known = Object.keys(schemaAt(path).properties ?? {});
  const meant = nearest(key, known);
  const place = path.length === 0 ? 'the top level' : dotted(path);
  const hint = known.length === 0 ? 'No key is expected here.' : `Known here: ${known.join(', ')}.`;
  return source.at(
    at,
    `unknown key "${key}" in ${place}${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    {
      key: true,
      hint,
    },
  );
}

/** What init writes where nothing was answered. */
function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && /^<[a-z][a-z-]*>$/.test(value);
}

function toFillIn(source: YamlSource, path: Path): Problem {
  const example: unknown = schemaAt(path).examples?.[0];
  const hint =
    example === undefined
      ? schemaAt(path).description
      : `For example: ${String(path.at(-1))}: ${typeof example === 'string' ? example : JSON.stringify(example)}`;
  return source.at(path, `${dotted(path)} is still to be filled in`, hint === undefined ? {} : { hint });
}

/** The kinds of which one must be named; undefined where the schema asks for no such choice. */
function kindsAt(path: Path): readonly string[] | undefined {
  return schemaAt(path).oneOf?.flatMap(({ required }) => required ?? []);
}

function oneProblem(source: YamlSource, error: ErrorObject): Problem | undefined {
  const path = pathOf(error.instancePath, source.data);
  const schema = schemaAt(path);
  const name = dotted(path) || 'the file';
  const value = valueAt(path, source.data);
  const params = error.params as Readonly<Record<string, unknown>>;
  if (isPlaceholder(value)) return toFillIn(source, path);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(source, path, String(params.additionalProperty));
    case 'required': {
      const key = String(params.missingProperty);
      const wanted = schemaAt([...path, key]);
      return source.at(path, `${dotted([...path, key])} is missing`, {
        key: true,
        hint: `${wanted.description ?? ''}${wanted.examples === undefined ? '' : ` For example: ${key}: ${JSON.stringify(wanted.examples[0])}`}`,
      });
    }
    case 'oneOf': {
      const kinds = kindsAt(path) ?? [];
      const present = kinds.filter((kind) => source.has([...path, kind]));
      const seen = present.length === 0 ? 'names none' : `names ${present.join(' and ')}`;
      return source.at(path, `${name} must name exactly one of ${kinds.join(', ')}; it ${seen}`, {
        key: true,
      });
    }
    case 'type': {
      const type = String(params.type);
      const quote = type === 'string' && (typeof value === 'number' || typeof value === 'boolean');
      const said = isPrivatePath(path) ? '...' : String(value);
      const map = type === 'object' && value === null;
      return source.at(path, `${name} must be ${TYPE_WORDS[type] ?? type}, and is ${found(value, path)}`, {
        ...(quote ? { hint: `Put it into quotes: "${said}".` } : {}),
        ...(map ? { hint: 'An empty map is written {}.' } : {}),
      });
    }
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String);
      const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
      const end = meant === undefined ? '' : `; did you mean "${meant}"?`;
      return source.at(
        path,
        `${name} must be one of ${allowed.join(', ')}, and is ${found(value, path)}${end}`,
      );
    }
    case 'const':
      return source.at(
        path,
        `${name} must be ${JSON.stringify(params.allowedValue)}, and is ${found(value, path)}`,
      );
    case 'pattern': {
      const words = PATTERN_WORDS[String(params.pattern)] ?? `text of the form ${String(params.pattern)}`;
      return source.at(path, `${name} must be ${words}, and is ${found(value, path)}`);
    }
    case 'propertyNames':
      return source.at(
        [...path, String(params.propertyName)],
        `"${String(params.propertyName)}" cannot be the name of a variable`,
        { key: true, hint: 'Letters, digits and "_", not beginning with a digit.' },
      );
    case 'minLength':
    case 'minProperties':
      return source.at(
        path,
        value === '' ? `${name} is empty` : `${name} is too short: ${found(value, path)}`,
      );
    case 'maxLength':
      return source.at(
        path,
        `${name} may have ${String(params.limit)} characters at most, and has ${String(value).length}`,
      );
    case 'maxProperties':
      return source.at(
        path,
        `${name} must hold one key, and holds ${Object.keys(value as object).join(', ')}`,
      );
    case 'minimum':
      return source.at(path, `${name} must be ${String(params.limit)} or more, and is ${found(value, path)}`);
    default:
      return schema === undefined ? undefined : source.at(path, `${name} ${error.message ?? 'is wrong'}`);
  }
}

/** Keys that somebody meant and mistyped: `required` would name them a second time. */
function meantKeys(source: YamlSource, errors: readonly ErrorObject[]): ReadonlySet<string> {
  const meant = new Set<string>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'additionalProperties') continue;
    const path = pathOf(instancePath, source.data);
    const known = Object.keys(schemaAt(path).properties ?? {});
    const key = nearest(String((params as Readonly<Record<string, unknown>>).additionalProperty), known);
    if (key !== undefined) meant.add(`${instancePath}/${key}`);
  }
  return meant;
}

export function schemaProblems(
  source: YamlSource,
  errors: readonly ErrorObject[],
  { unknownKeys = true } = {},
): readonly Problem[] {
  const problems: Problem[] = [];
  const meant = meantKeys(source, errors);
  for (const error of errors) {
    if (error.keyword === 'required') {
      // The branches of a choice each report their missing key; the choice itself says it once.
      if (/\/oneOf\/\d+\/required$/.test(error.schemaPath)) continue;
      const { missingProperty } = error.params as Readonly<Record<string, unknown>>;
      if (meant.has(`${error.instancePath}/${String(missingProperty)}`)) continue;
    }
    // What is wrong with a name is told with the name.
    if (error.schemaPath.includes('/propertyNames/')) continue;
    if (!unknownKeys && error.keyword === 'additionalProperties') continue;
    const problem = oneProblem(source, error);
    if (problem !== undefined) problems.push(problem);
  }
  // What is to be filled in breaks several rules at once.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
