/**
 * JSON schemas of every kind of one Kubernetes version. Nobody serves them everywhere, but the Go module of
 * Kubernetes holds the OpenAPI file that they are made of: once, then they stay in the cache.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findSchemaFolder } from './schema-folder.ts';
import { type Definitions, strictSchemas } from './strict-schemas.ts';
import type { Environment } from './tools/cache-folder.ts';
import { goModuleFolder } from './tools/go-module.ts';

export const KUBERNETES_VERSION = '1.34.4';

const TITLE = `the schemas of Kubernetes ${KUBERNETES_VERSION}`;
const MODULE = `k8s.io/kubernetes@v${KUBERNETES_VERSION}`;
const OPENAPI = 'api/openapi-spec/swagger.json';

/** The folder with one `<kind>[-<group>]-<version>.json` for each kind. Rejects with ToolMissing. */
export async function findKubernetesSchemas(env: Environment = process.env): Promise<string> {
  const wanted = {
    title: TITLE,
    name: `kubernetes-schemas-${KUBERNETES_VERSION}`,
    tool: 'kubernetes-schemas',
    code: ['kubernetes-schemas.ts', 'strict-schemas.ts'],
    make: async (scratch: string) => {
      const module = await goModuleFolder(TITLE, MODULE, scratch, env);
      const text = await readFile(path.join(module, OPENAPI), 'utf8');
      const { definitions } = JSON.parse(text) as { definitions: Definitions };
      return strictSchemas(definitions);
    },
  };
  return await findSchemaFolder(wanted, env);
}
