/** The keys of lifeboat.yaml with what the schema says of each: walked here for the reference, `explain` and `init`. */
import { configSchema } from './schema.ts';
import { PATTERN_WORDS } from './schema-parts.ts';

export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly oneOf?: readonly { readonly required?: readonly string[] }[];
}

export interface SchemaKey {
  /** `store.s3.bucket`, `imagePullSecrets[].name`, `variables.NAME.default`. */
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

export const ROOT: SchemaNode = configSchema;

/** Entries of a list, or of a map whose names are the user's, with how they are written in a path. */
function entriesOf({ items, additionalProperties: named }: SchemaNode): [SchemaNode, string] | undefined {
  if (items !== undefined) return [items, '[]'];
  return typeof named === 'object' ? [named, '.NAME'] : undefined;
}

/** The keys right below a node, in the order of the schema; those of its entries for a list or a map of names. */
export function keysBelow(node: SchemaNode, path = ''): readonly SchemaKey[] {
  const [holder, suffix] = entriesOf(node) ?? [node, ''];
  const prefix = `${path}${suffix}`;
  return Object.entries(holder.properties ?? {}).map(([key, child]) => ({
    path: prefix === '' ? key : `${prefix}.${key}`,
    node: child,
    required: holder.required?.includes(key) === true,
  }));
}

/** All keys below a node, each before its own. */
export function allKeysBelow(node: SchemaNode = ROOT, path = ''): readonly SchemaKey[] {
  return keysBelow(node, path).flatMap((key) => [key, ...allKeysBelow(key.node, key.path)]);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'map',
  array: 'list',
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
};

/** `text`, `install or stop`. `quote` marks literal values. */
export function typeWords(node: SchemaNode, quote: (literal: string) => string = (text) => text): string {
  if (node.const !== undefined) return quote(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => quote(String(value))).join(' or ');
  return TYPE_NAMES[node.type ?? ''] ?? node.type ?? 'any';
}

/** What a value must be like besides its type, as sentences. */
export function ruleSentences(node: SchemaNode): readonly string[] {
  const words = node.pattern === undefined ? undefined : PATTERN_WORDS[node.pattern];
  return [
    ...(words === undefined ? [] : [`Form: ${words}.`]),
    ...(node.minimum === undefined ? [] : [`At least ${node.minimum}.`]),
  ];
}

/** A value as it is written on a line of YAML or in a sentence: text as it is, everything else as JSON. */
export function valueWords(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
