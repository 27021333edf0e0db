/** What `lifeboat explain` says of a key of lifeboat.yaml, out of the schema. Pure. */
import { LifeboatError } from '../../contract/errors.ts';
import { nearest } from './nearest.ts';
import {
  allKeysBelow,
  keysBelow,
  ROOT,
  ruleSentences,
  type SchemaKey,
  type SchemaNode,
  typeWords,
} from './schema-keys.ts';

export interface KeyBelow {
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

export interface Explanation {
  /** '' for the whole file. */
  readonly key: string;
  readonly description: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly allowed?: readonly unknown[];
  /** What else a value must be like. */
  readonly rules: readonly string[];
  readonly examples: readonly unknown[];
  /** Keys of which exactly one is named. */
  readonly oneOf?: readonly string[];
  /** Where the documentation has it. */
  readonly page: string;
  readonly keys: readonly KeyBelow[];
}

const PAGE = 'docs/configuration.md';

/** Keys of a fleet's file, which hold the others. */
const FLEET_KEYS: readonly SchemaKey[] = [
  {
    path: 'defaults',
    node: { type: 'object', description: 'Of a fleet: what all clusters have in common, by the keys above.' },
    required: false,
  },
  {
    path: 'clusters',
    node: {
      type: 'object',
      description:
        'Makes the file a fleet: one entry a cluster, by the name of its folder in out/. What it sets, by the keys above, stands over defaults.',
    },
    required: false,
  },
];

/** `release.values[0]` and `imagePullSecrets.name` are meant as `release.values` and `imagePullSecrets[].name`. */
function plain(path: string): string {
  return path.replaceAll(/\[\d*\]/g, '');
}

function unknown(word: string, keys: readonly SchemaKey[]): LifeboatError {
  const paths = keys.map(({ path }) => path);
  const named = paths.filter((path) => path.split('.').at(-1) === word);
  const meant = named.length > 0 ? named : [nearest(word, paths) ?? []].flat();
  const end = meant.length === 0 ? '' : `; did you mean ${meant.map((path) => `"${path}"`).join(' or ')}?`;
  const parent = word.slice(0, word.lastIndexOf('.'));
  const below = keys.some(({ path }) => plain(path) === plain(parent)) ? ` ${parent}` : '';
  return new LifeboatError('usage', `lifeboat.yaml has no key "${word}"${end}`, {
    hint: meant.length === 0 ? `lifeboat explain${below}` : `lifeboat explain ${meant[0]}`,
  });
}

function find(named: string): SchemaKey {
  if (named === '') return { path: '', node: ROOT, required: true };
  const keys = [...allKeysBelow(), ...FLEET_KEYS];
  const word = named.replace(/^(?:defaults|clusters\.[^.]+)\.(?=.)/, '');
  const found =
    keys.find(({ path }) => path === word) ?? keys.find(({ path }) => plain(path) === plain(word));
  if (found === undefined) throw unknown(word, keys);
  return found;
}

function choiceOf(node: SchemaNode): readonly string[] | undefined {
  return node.oneOf?.flatMap(({ required }) => required ?? []);
}

/** The key that is named; an unknown one is a wrong command line. */
export function explain(word: string, options: { readonly recursive: boolean }): Explanation {
  const { path, node, required } = find(word);
  const oneOf = choiceOf(node);
  const inSchema = options.recursive ? allKeysBelow(node, path) : keysBelow(node, path);
  const below = path === '' ? [...inSchema, ...FLEET_KEYS] : inSchema;
  return {
    key: path,
    description: node.description ?? 'lifeboat.yaml: everything that vault-lifeboat is told.',
    type: typeWords(node),
    required,
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.enum === undefined ? {} : { allowed: node.enum }),
    rules: ruleSentences(node),
    examples: node.examples ?? [],
    ...(oneOf === undefined ? {} : { oneOf }),
    page:
      path === '' || FLEET_KEYS.some((key) => key.path === path)
        ? PAGE
        : `${PAGE}#${path.split(/[.[]/)[0]?.toLowerCase()}`,
    keys: below.map((key) => ({
      key: key.path,
      type: typeWords(key.node),
      required: key.required,
      description: key.node.description ?? '',
    })),
  };
}
