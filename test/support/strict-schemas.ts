/**
 * The types of Kubernetes' own OpenAPI file as JSON schemas for kubeconform: one for each kind, whole in itself, and
 * strict, since the API server drops a field that it does not know without a word. Pure.
 */

export interface OpenApiType {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, OpenApiType>>;
  readonly required?: readonly string[];
  readonly items?: OpenApiType;
  readonly additionalProperties?: OpenApiType;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type Definitions = Readonly<Record<string, OpenApiType>>;
type Schema = Readonly<Record<string, unknown>>;

const REF = '#/definitions/';
export const INT_OR_STRING: Schema = { anyOf: [{ type: 'integer' }, { type: 'string' }] };
/** Types whose entry tells less than, or something else than, what the API server takes. */
const SPECIAL: Readonly<Record<string, Schema>> = {
  // `cpu: 2` and `cpu: 0.5` are as good as `cpu: "2"`.
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { anyOf: [{ type: 'number' }, { type: 'string' }] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': INT_OR_STRING,
};

function nameOf(ref: string): string {
  return ref.slice(REF.length);
}

function schemaOf(type: OpenApiType): Schema {
  if (type.$ref !== undefined) return { $ref: type.$ref };
  if (type.format === 'int-or-string') return INT_OR_STRING;
  return {
    ...(type.type === undefined ? {} : { type: type.type }),
    ...(type.format === 'date-time' ? { format: type.format } : {}),
    ...(type.items === undefined ? {} : { items: schemaOf(type.items) }),
    ...(type.additionalProperties === undefined
      ? {}
      : { additionalProperties: schemaOf(type.additionalProperties) }),
    ...(type.properties === undefined ? {} : closedObject(type.properties, type.required ?? [])),
  };
}

function closedObject(
  properties: Readonly<Record<string, OpenApiType>>,
  required: readonly string[],
): Schema {
  const entries = Object.entries(properties).map(([name, type]): [string, Schema] => {
    const schema = schemaOf(type);
    // The API server takes null for a field that is not set, and charts write it for an empty map.
    return [name, required.includes(name) ? schema : { anyOf: [schema, { type: 'null' }] }];
  });
  return {
    properties: Object.fromEntries(entries),
    additionalProperties: false,
    // Draft 4 knows no empty list of required fields.
    ...(required.length === 0 ? {} : { required }),
  };
}

function definitionOf(name: string, definitions: Definitions): Schema {
  const special = SPECIAL[name];
  if (special !== undefined) return special;
  const type = definitions[name];
  if (type === undefined) throw new Error(`the type ${name} is not defined`);
  return schemaOf(type);
}

function refsOf(type: OpenApiType): readonly string[] {
  const below = [type.items, type.additionalProperties, ...Object.values(type.properties ?? {})];
  const here = type.$ref === undefined ? [] : [nameOf(type.$ref)];
  return [...here, ...below.flatMap((inner) => (inner === undefined ? [] : refsOf(inner)))];
}

/** Every type that is reached from one; types may contain themselves. */
function reachable(type: OpenApiType, definitions: Definitions): readonly string[] {
  const found = new Set<string>();
  const queue = [...refsOf(type)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const next = definitions[name];
    if (next !== undefined && SPECIAL[name] === undefined) queue.push(...refsOf(next));
  }
  return [...found].sort();
}

/** As kubeconform's `{{.ResourceKind}}{{.KindSuffix}}.json` looks for it: the first word of the group alone. */
export function fileNameOf({ group, version, kind }: GroupVersionKind): string {
  const words = [kind, ...(group === '' ? [] : [group.split('.')[0]]), version];
  return `${words.join('-').toLowerCase()}.json`;
}

function wholeSchema(type: OpenApiType, gvk: GroupVersionKind, definitions: Definitions): Schema {
  const { properties = {}, required = [], ...rest } = type;
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  const whole = schemaOf({
    ...rest,
    properties,
    required: [...new Set([...required, 'apiVersion', 'kind'])],
  });
  return {
    ...whole,
    properties: {
      ...(whole.properties as Schema),
      apiVersion: { enum: [apiVersion] },
      kind: { enum: [gvk.kind] },
    },
    definitions: Object.fromEntries(
      reachable(type, definitions).map((name) => [name, definitionOf(name, definitions)]),
    ),
  };
}

/** The schemas by their file names. A type of several groups (DeleteOptions) is nothing that stands in a manifest. */
export function strictSchemas(definitions: Definitions): ReadonlyMap<string, Schema> {
  const schemas = new Map<string, Schema>();
  for (const type of Object.values(definitions)) {
    const [gvk, ...more] = type['x-kubernetes-group-version-kind'] ?? [];
    if (gvk === undefined || more.length > 0) continue;
    const name = fileNameOf(gvk);
    if (schemas.has(name)) throw new Error(`two kinds are called ${name}`);
    schemas.set(name, wholeSchema(type, gvk, definitions));
  }
  return schemas;
}
