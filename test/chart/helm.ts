/** Runs the real helm on charts/vault-lifeboat, without a cluster, and reads what it prints. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { requireTool } from '../support/skip.ts';
import { findTool } from '../support/tools/find-tool.ts';

export const CHART = fileURLToPath(new URL('../../charts/vault-lifeboat', import.meta.url));
export const RELEASE = 'lb';
export const NAMESPACE = 'vault';
/** A helm that was built without its release flags takes the cluster for a very old one. */
const KUBERNETES = '1.34.0';

/** The files of charts/vault-lifeboat/ci, one per feature. */
export const CI_FILES = ['s3-approle', 's3-kubernetes', 'gcs', 'azure', 'directory', 'full'] as const;
export type CiFile = (typeof CI_FILES)[number];

export function ciPath(name: CiFile): string {
  return join(CHART, 'ci', `${name}-values.yaml`);
}

/** A test that is skipped by name where there is no helm (and fails there with CI=true). */
export function helmTest(name: string, body: () => Promise<void>): void {
  test(name, async (t) => {
    if ((await requireTool(t, 'helm')) !== undefined) await body();
  });
}

export interface HelmResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** JSON is YAML that every reader takes alike; controls and line ends of Unicode are escaped, which helm refuses or folds. */
function json(value: unknown): string {
  const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped);
}

/** `values` is given last, so it wins over files among the arguments. Nothing of the caller's environment is passed on. */
export async function helm(args: readonly string[], values: unknown = {}): Promise<HelmResult> {
  const { path: program } = await findTool('helm');
  const { exitCode, stdout, stderr } = await execa(program, [...args, '--values', '-'], {
    input: json(values),
    env: { HOME: tmpdir(), KUBECONFIG: '/dev/null' },
    extendEnv: false,
    reject: false,
  });
  return { code: exitCode, stdout, stderr };
}

export interface Changes {
  /** Values on top of the file. */
  readonly values?: unknown;
  readonly release?: string;
  readonly kubernetes?: string;
}

/** `helm template` with a file of ci/, or with `values` alone. */
export async function template(file: CiFile | undefined, changes: Changes = {}): Promise<HelmResult> {
  const { release = RELEASE, kubernetes = KUBERNETES, values } = changes;
  const files = file === undefined ? [] : ['--values', ciPath(file)];
  return helm(
    ['template', release, CHART, '--namespace', NAMESPACE, '--kube-version', kubernetes, ...files],
    values,
  );
}

export type Manifest = Readonly<Record<string, unknown>>;

/** The value at a path into parsed YAML; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** Like `at`, for a list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const list = at(value, ...path);
  assert.ok(Array.isArray(list), `${path.join('.')} is no list`);
  return list;
}

/** The objects that Helm renders, read as Kubernetes reads them (YAML 1.1). */
export async function manifests(
  file: CiFile | undefined,
  changes: Changes = {},
): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await template(file, changes);
  assert.equal(code, 0, stderr);
  return parseAllDocuments(stdout, { version: '1.1' }).flatMap((document) => {
    assert.deepEqual(document.errors, []);
    const value: unknown = document.toJS();
    return value === null ? [] : [value as Manifest];
  });
}

export function ofKind(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.filter((object) => object.kind === kind);
  assert.equal(found.length, 1, `${found.length} objects of kind ${kind}`);
  return found[0] as Manifest;
}

/** The template of the backup's pod. */
export async function pod(file: CiFile, changes: Changes = {}): Promise<Manifest> {
  const cronJob = ofKind(await manifests(file, changes), 'CronJob');
  return at(cronJob, 'spec', 'jobTemplate', 'spec', 'template') as Manifest;
}
