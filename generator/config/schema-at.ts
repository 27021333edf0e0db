/** The schema of what stands at a path of lifeboat.yaml. */
import { configSchema } from './schema.ts';
import type { Path } from './yaml-source.ts';

export interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly oneOf?: readonly { readonly required?: readonly string[] }[];
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** An empty schema where none is known. */
export function schemaAt(path: Path): SchemaNode {
  let node: SchemaNode = configSchema;
  for (const step of path) {
    const more = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
    const { properties = {} } = node;
    const named = Object.hasOwn(properties, step) ? properties[step] : undefined;
    node = (typeof step === 'number' ? node.items : named) ?? more;
  }
  return node;
}
