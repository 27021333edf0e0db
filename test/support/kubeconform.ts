/** Runs the real kubeconform, strictly, on manifests as they were rendered: against the types of the API server. */
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { type CrdName, findCrdSchemas } from './crd-schemas.ts';
import { findKubernetesSchemas } from './kubernetes-schemas.ts';
import { requireTool } from './skip.ts';
import { ToolMissing } from './tools/tool-missing.ts';

export interface Checked {
  /** `Kind/name` of each object that was held against its schema and found good, in the order of the text. */
  readonly valid: readonly string[];
  /** One line for each object that was not. */
  readonly problems: readonly string[];
}

export type Kubeconform = (manifests: string) => Promise<Checked>;

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}

const GOOD = 'statusValid';
/** What kubeconform makes of a document without a line in it. */
const EMPTY = 'statusEmpty';

/**
 * Takes the kinds of Kubernetes, and those of the named operators. Undefined where the test was skipped and must
 * return. With CI=true it rejects instead.
 */
export async function requireKubeconform(
  t: TestContext,
  ...operators: readonly CrdName[]
): Promise<Kubeconform | undefined> {
  const tool = await requireTool(t, 'kubeconform');
  if (tool === undefined) return undefined;
  const schemas = await requireSchemas(t, operators);
  if (schemas === undefined) return undefined;
  return (manifests) => run(tool.path, schemas, manifests);
}

async function requireSchemas(
  t: TestContext,
  operators: readonly CrdName[],
): Promise<readonly string[] | undefined> {
  try {
    return [
      await findKubernetesSchemas(),
      ...(await Promise.all(operators.map((name) => findCrdSchemas(name)))),
    ];
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
    return undefined;
  }
}

async function run(program: string, schemas: readonly string[], manifests: string): Promise<Checked> {
  const locations = schemas.flatMap((folder) => [
    '-schema-location',
    `${folder}/{{.ResourceKind}}{{.KindSuffix}}.json`,
  ]);
  // One at a time: its results come as they are done.
  const flags = ['-strict', '-n', '1', '-verbose', '-output', 'json', ...locations];
  const { stdout, stderr } = await execa(program, [...flags, '-'], { input: manifests, reject: false });
  if (stdout === '') throw new Error(`kubeconform says nothing: ${stderr}`);
  const { resources } = JSON.parse(stdout) as { readonly resources: readonly Resource[] };
  const named = ({ kind, name }: Resource) => `${kind}/${name}`;
  return {
    valid: resources.filter(({ status }) => status === GOOD).map(named),
    problems: resources
      .filter(({ status }) => status !== GOOD && status !== EMPTY)
      .map((resource) => `${named(resource)}: ${resource.status}: ${resource.msg}`),
  };
}
