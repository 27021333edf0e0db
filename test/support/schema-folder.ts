/** A folder of JSON schemas in the cache: made once, whole or not at all, and anew when the code that makes it changed. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withFileLock } from '../../scripts/file-lock.mjs';
import { cacheFolder, type Environment } from './tools/cache-folder.ts';
import { mayObtain } from './tools/find-tool.ts';
import { withProgress } from './tools/progress.ts';
import { ToolMissing } from './tools/tool-missing.ts';

/** The schemas by their file names. */
export type Schemas = ReadonlyMap<string, unknown>;

export interface SchemaFolder {
  /** For messages. */
  readonly title: string;
  /** Its name in the cache, with the version of what it is made of. */
  readonly name: string;
  /** What `npm run tools` calls it. */
  readonly tool: string;
  /** The files beside this one that decide what is made. */
  readonly code: readonly string[];
  /** `scratch` is an empty folder outside of any Go module. */
  readonly make: (scratch: string, env: Environment) => Promise<Schemas>;
}

/** Schemas that other code has made are not taken for ours: its digest is in the folder's name. */
async function placeOf({ name, code }: SchemaFolder, env: Environment): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...code, 'schema-folder.ts'])
    hash.update(await readFile(path.join(import.meta.dirname, file)));
  return path.join(cacheFolder(env), name, hash.digest('hex').slice(0, 8));
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function fill(place: string, wanted: SchemaFolder, env: Environment): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  // Beside its place, since a rename does not cross file systems.
  const folder = await mkdtemp(path.join(path.dirname(place), '.making-'));
  try {
    for (const [name, schema] of await wanted.make(folder, env))
      await writeFile(path.join(folder, name), JSON.stringify(schema));
    await rename(folder, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where it is. Rejects with ToolMissing. */
export async function findSchemaFolder(
  wanted: SchemaFolder,
  env: Environment = process.env,
): Promise<string> {
  const { title, tool } = wanted;
  const place = await placeOf(wanted, env);
  if (await isThere(place)) return place;
  if (!mayObtain(env)) throw new ToolMissing(title, `they are not here: run "npm run tools -- ${tool}"`);
  await withFileLock(`${place}.lock`, async () => {
    if (!(await isThere(place)))
      await withProgress(`${title}: making them from Go modules`, () => fill(place, wanted, env));
  });
  return place;
}
