/**
 * The configuration schema as editors want it: for a whole file or a fleet, or for a layer, which may leave out what
 * others say. Values may hold variables, which only `validate` knows.
 */
import { FOLDER_NAME } from '../fleet/folder-names.ts';
import { configSchema } from './schema.ts';
import type { SchemaNode } from './schema-keys.ts';

type Schema = Readonly<Record<string, unknown>>;

const DIALECT = 'http://json-schema.org/draft-07/schema#';
const VARIABLE = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' } as const;

/** Rules that a variable's place would break. */
function isStrict({ type, enum: allowed, pattern, minLength, maxLength }: SchemaNode): boolean {
  if (type === 'integer' || type === 'boolean') return true;
  return [allowed, pattern, minLength, maxLength].some((rule) => rule !== undefined);
}

/** The same with variables; for a layer nothing is required, and null removes. */
function editable(node: SchemaNode, layer: boolean): Schema {
  const { properties, items, additionalProperties, required, oneOf, description, ...rest } = node;
  const named = (children: Readonly<Record<string, SchemaNode>>): Schema =>
    Object.fromEntries(Object.entries(children).map(([key, child]) => [key, valueSchema(child, layer)]));
  return {
    ...(description === undefined ? {} : { description }),
    ...rest,
    ...(layer || required === undefined ? {} : { required }),
    ...(layer || oneOf === undefined ? {} : { oneOf }),
    ...(properties === undefined ? {} : { properties: named(properties) }),
    ...(items === undefined ? {} : { items: editable(items, false) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === 'object'
              ? valueSchema(additionalProperties, layer)
              : additionalProperties,
        }),
  };
}

/** A value below a key. */
function valueSchema(node: SchemaNode, layer: boolean): Schema {
  const plain = editable(node, layer);
  const others = [...(isStrict(node) ? [VARIABLE] : []), ...(layer ? [{ type: 'null' }] : [])];
  if (others.length === 0 || node.const !== undefined) return plain;
  const { description, ...rules } = plain;
  return { ...(description === undefined ? {} : { description }), anyOf: [rules, ...others] };
}

const { $id: _id, ...CONFIG } = configSchema;

const FLEET = {
  type: 'object',
  additionalProperties: false,
  required: ['clusters'],
  properties: {
    version: configSchema.properties.version,
    defaults: { description: 'What all clusters have in common.', $ref: '#/definitions/layer' },
    clusters: {
      type: 'object',
      description: 'The clusters, by the name of the folder that each is rendered into.',
      minProperties: 1,
      propertyNames: { pattern: FOLDER_NAME.source },
      additionalProperties: { anyOf: [{ $ref: '#/definitions/layer' }, { type: 'null' }] },
    },
  },
} as const;

/** A whole lifeboat.yaml, or a fleet in one file. */
export function editorSchema(): Schema {
  return {
    $schema: DIALECT,
    title: 'lifeboat.yaml',
    description: 'Configuration of vault-lifeboat. No value is ever a secret.',
    definitions: { layer: editable(CONFIG, true) },
    if: { required: ['clusters'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: FLEET,
    else: editable(CONFIG, false),
  };
}

/** A file that is laid over others, or a cluster in a fleet's folder. */
export function layerSchema(): Schema {
  return {
    $schema: DIALECT,
    title: 'lifeboat.yaml (layer)',
    ...editable(CONFIG, true),
    description: 'A part of a configuration of vault-lifeboat. No value is ever a secret.',
  };
}
