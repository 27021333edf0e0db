/**
 * JSON schemas of every kind of one Kubernetes version. Nobody serves them everywhere, but the Go module of
 * Kubernetes holds the OpenAPI file that they are made of: once, then they stay in the cache.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../scripts/file-lock.mjs';
import { type Definitions, strictSchemas } from './strict-schemas.ts';
import { cacheFolder, type Environment } from './tools/cache-folder.ts';

import { mayObtain } from './tools/find-tool.ts';
import { withProgress } from './tools/progress.ts';
import { ToolMissing } from './tools/tool-missing.ts';

export const KUBERNETES_VERSION = '1.34.4';

const TITLE = 'the schemas of Kubernetes';
const MODULE = `k8s.io/kubernetes@v${KUBERNETES_VERSION}`;
const OPENAPI = 'api/openapi-spec/swagger.json';
const MINUTES = 10;

/** Schemas that other code has made are not taken for ours: its digest is in the folder's name. */
async function placeOf(env: Environment): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['kubernetes-schemas.ts', 'strict-schemas.ts'])
    hash.update(await readFile(path.join(import.meta.dirname, file)));
  const digest = hash.digest('hex').slice(0, 8);
  return path.join(cacheFolder(env), `kubernetes-schemas-${KUBERNETES_VERSION}`, digest);
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The folder of the module's sources, by Go's own cache. */
async function moduleFolder(cwd: string, env: Environment): Promise<string> {
  const result = await execa('go', ['mod', 'download', '-json', MODULE], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: MINUTES * 60_000,
  });
  if (result.code === 'ENOENT') throw new ToolMissing(TITLE, 'go is not installed');
  if (result.timedOut) throw new ToolMissing(TITLE, `${MODULE} did not come within ${MINUTES} minutes`);
  const answer = parsed(result.stdout);
  if (answer.Dir !== undefined) return answer.Dir;
  const said = answer.Error ?? result.stderr.trim().split('\n').at(-1) ?? 'go says nothing';
  throw new ToolMissing(TITLE, `go mod download ${MODULE}: ${said}`);
}

function parsed(json: string): { readonly Dir?: string; readonly Error?: string } {
  try {
    return JSON.parse(json) as { Dir?: string; Error?: string };
  } catch {
    return {};
  }
}

async function make(place: string, env: Environment): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  // Beside its place, since a rename does not cross file systems; the folder is there whole or not at all.
  const folder = await mkdtemp(path.join(path.dirname(place), '.making-'));
  try {
    const text = await readFile(path.join(await moduleFolder(folder, env), OPENAPI), 'utf8');
    const { definitions } = JSON.parse(text) as { definitions: Definitions };
    for (const [name, schema] of strictSchemas(definitions))
      await writeFile(path.join(folder, name), JSON.stringify(schema));
    await rename(folder, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder with one `<kind>[-<group>]-<version>.json` for each kind. Rejects with ToolMissing. */
export async function findKubernetesSchemas(env: Environment = process.env): Promise<string> {
  const place = await placeOf(env);
  if (await isThere(place)) return place;
  if (!mayObtain(env))
    throw new ToolMissing(TITLE, 'they are not here: run "npm run tools -- kubernetes-schemas"');
  await withFileLock(`${place}.lock`, async () => {
    if (!(await isThere(place)))
      await withProgress(`${TITLE} ${KUBERNETES_VERSION}: making them from its Go module`, () =>
        make(place, env),
      );
  });
  return place;
}
