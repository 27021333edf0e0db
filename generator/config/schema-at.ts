/** The schema of what stands at a path of lifeboat.yaml. */
import { ROOT, type SchemaNode } from './schema-keys.ts';
import type { Path } from './yaml-source.ts';

/** An empty schema where none is known. */
export function schemaAt(path: Path): SchemaNode {
  let node = ROOT;
  for (const step of path) {
    const more = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
    const { properties = {} } = node;
    const named = Object.hasOwn(properties, step) ? properties[step] : undefined;
    node = (typeof step === 'number' ? node.items : named) ?? more;
  }
  return node;
}
