/**
 * JSON schemas of kinds that operators bring, out of the CustomResourceDefinitions in the operators' own Go modules:
 * made once, then they stay in the cache. A new operator is one line of the table.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findKubernetesSchemas } from './kubernetes-schemas.ts';
import { findSchemaFolder } from './schema-folder.ts';
import { type Crd, crdSchemas, type ObjectMeta } from './strict-crd.ts';
import type { Environment } from './tools/cache-folder.ts';
import { goModuleFolder } from './tools/go-module.ts';

interface CrdSource {
  /** Go module with its version: one whose go.mod asks for no newer Go than the tests need anyhow. */
  readonly module: string;
  /** YAML files in it; other objects in them are passed over. */
  readonly files: readonly string[];
}

export const CRD_SOURCES = {
  'external-secrets': {
    module: 'github.com/external-secrets/external-secrets@v1.3.2',
    files: [
      'config/crds/bases/external-secrets.io_externalsecrets.yaml',
      'config/crds/bases/external-secrets.io_secretstores.yaml',
    ],
  },
  'sealed-secrets': {
    module: 'github.com/bitnami-labs/sealed-secrets@v0.40.0',
    files: ['helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml'],
  },
  'argo-cd': {
    module: 'github.com/argoproj/argo-cd/v3@v3.3.10',
    files: ['manifests/crds/application-crd.yaml'],
  },
  'flux-helm': {
    module: 'github.com/fluxcd/helm-controller@v1.4.0',
    files: ['config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml'],
  },
  'flux-source': {
    module: 'github.com/fluxcd/source-controller@v1.7.0',
    files: [
      'config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml',
      'config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml',
    ],
  },
  'flux-kustomize': {
    module: 'github.com/fluxcd/kustomize-controller@v1.7.3',
    files: ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
  },
} as const satisfies Readonly<Record<string, CrdSource>>;

export type CrdName = keyof typeof CRD_SOURCES;

const OBJECT_META = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Every kind of Kubernetes names this type; a ConfigMap names little else. */
async function objectMeta(env: Environment): Promise<ObjectMeta> {
  const file = path.join(await findKubernetesSchemas(env), 'configmap-v1.json');
  const { definitions } = JSON.parse(await readFile(file, 'utf8')) as Pick<ObjectMeta, 'definitions'>;
  return { $ref: OBJECT_META, definitions };
}

function crdsIn(text: string): readonly Crd[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as { kind?: string } | null);
  return objects.filter((object): object is Crd => object?.kind === 'CustomResourceDefinition');
}

/** The folder with one `<kind>-<first word of the group>-<version>.json` for each kind. Rejects with ToolMissing. */
export async function findCrdSchemas(name: CrdName, env: Environment = process.env): Promise<string> {
  const { module, files } = CRD_SOURCES[name];
  const title = `the schemas of ${name}`;
  const wanted = {
    title,
    name: `crd-schemas-${name}-${module.split('@v')[1] ?? ''}`,
    tool: 'crd-schemas',
    code: ['crd-schemas.ts', 'strict-crd.ts', 'strict-schemas.ts', 'kubernetes-schemas.ts'],
    make: async (scratch: string) => {
      const metadata = await objectMeta(env);
      const folder = await goModuleFolder(title, module, scratch, env);
      const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
      return new Map(texts.flatMap(crdsIn).flatMap((crd) => [...crdSchemas(crd, metadata)]));
    },
  };
  return await findSchemaFolder(wanted, env);
}
