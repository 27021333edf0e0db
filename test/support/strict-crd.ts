/**
 * A CustomResourceDefinition as JSON schemas for kubeconform, one for each served version: strict, since the API server
 * prunes a field that the definition does not know without a word. Pure.
 */
import { fileNameOf, INT_OR_STRING } from './strict-schemas.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface Crd {
  readonly kind: 'CustomResourceDefinition';
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** The type of `metadata`, which no definition repeats, and the types that it names. */
export interface ObjectMeta {
  readonly $ref: string;
  readonly definitions: Schema;
}

/** Words that mean the same in JSON Schema. Formats but one are Kubernetes' own. */
const SAME = [
  'type',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemas(value: unknown, convert: (schema: Schema) => Schema): readonly Schema[] | undefined {
  return Array.isArray(value) ? value.filter(isSchema).map(convert) : undefined;
}

/** `allOf`, `anyOf`, `oneOf` and `not` only test values: they close no object. */
function testsOf(schema: Schema): Schema {
  const found: Record<string, unknown> = {};
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const) {
    const inner = schemas(schema[word], testOf);
    if (inner !== undefined) found[word] = inner;
  }
  if (isSchema(schema.not)) found.not = testOf(schema.not);
  return found;
}

function testOf(schema: Schema): Schema {
  const { properties, items } = schema;
  return {
    ...sameOf(schema),
    ...testsOf(schema),
    ...(isSchema(properties) ? { properties: mapped(properties, testOf) } : {}),
    ...(isSchema(items) ? { items: testOf(items) } : {}),
  };
}

function sameOf(schema: Schema): Schema {
  const words = SAME.filter((word) => schema[word] !== undefined);
  return {
    ...Object.fromEntries(words.map((word) => [word, schema[word]])),
    ...(schema.format === 'date-time' ? { format: 'date-time' } : {}),
  };
}

function mapped(properties: Schema, convert: (schema: Schema) => Schema): Schema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, isSchema(inner) ? convert(inner) : {}]),
  );
}

function objectOf(schema: Schema): Schema {
  const { properties, additionalProperties } = schema;
  if (isSchema(additionalProperties)) return { additionalProperties: strict(additionalProperties) };
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties === true;
  return {
    ...(isSchema(properties) ? { properties: mapped(properties, strict) } : {}),
    ...(open ? {} : { additionalProperties: false }),
  };
}

function strict(schema: Schema): Schema {
  const nullable = schema.nullable === true;
  const whole: Schema =
    schema['x-kubernetes-int-or-string'] === true
      ? INT_OR_STRING
      : {
          ...sameOf(schema),
          ...testsOf(schema),
          ...(schema.type === 'object' ? objectOf(schema) : {}),
          ...(isSchema(schema.items) ? { items: strict(schema.items) } : {}),
        };
  return nullable ? { anyOf: [whole, { type: 'null' }] } : whole;
}

/** The schemas by the names that kubeconform looks for. */
export function crdSchemas({ spec }: Crd, metadata: ObjectMeta): ReadonlyMap<string, Schema> {
  const { group, names, versions } = spec;
  const found = new Map<string, Schema>();
  for (const { name, served, schema } of versions) {
    if (!served) continue;
    const whole = strict(schema.openAPIV3Schema);
    const required = Array.isArray(whole.required) ? (whole.required as readonly string[]) : [];
    found.set(fileNameOf({ group, version: name, kind: names.kind }), {
      ...whole,
      required: [...new Set([...required, 'apiVersion', 'kind', 'metadata'])],
      properties: {
        ...(whole.properties as Schema),
        apiVersion: { enum: [`${group}/${name}`] },
        kind: { enum: [names.kind] },
        metadata: { $ref: metadata.$ref },
      },
      definitions: metadata.definitions,
    });
  }
  return found;
}
