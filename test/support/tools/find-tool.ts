/** The programs of the tests: found where they are, else obtained once and kept in the cache. */
import path from 'node:path';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { type FoundTool, lookUp, lookUpCache } from './look-up.ts';
import { obtain } from './obtain.ts';
import { ToolMissing } from './tool-missing.ts';
import { type Tool, type ToolName, toolNamed } from './tool-table.ts';

/** Set by `npm test`, which has tried before: a test that waits for minutes for a failure helps nobody. */
const AS_THEY_ARE = 'LIFEBOAT_TOOLS_AS_THEY_ARE';

export function mayObtain(env: Environment): boolean {
  return env[AS_THEY_ARE] !== 'true';
}

/** Looks it up, and gets it where it is nowhere. */
export async function locate(tool: Tool, env: Environment): Promise<FoundTool> {
  const there = await lookUp(tool, env);
  if (there !== undefined) return there;
  if (!mayObtain(env))
    throw new ToolMissing(
      tool.title,
      `version ${tool.version} is not here: run "npm run tools -- ${tool.name}"`,
    );
  const lock = path.join(cacheFolder(env), 'tools', `${tool.folder}-${tool.version}.lock`);
  return await withFileLock(
    lock,
    async () => {
      const meanwhile = await lookUpCache(tool, env);
      if (meanwhile !== undefined) return meanwhile;
      await obtain(tool, env);
      const obtained = await lookUpCache(tool, env);
      if (obtained === undefined) throw new ToolMissing(tool.title, 'it did not stay in the cache');
      return { ...obtained, from: 'obtained' };
    },
    () => process.stderr.write(`${tool.title}: another process is getting it; waiting\n`),
  );
}

const located = new Map<ToolName, Promise<FoundTool>>();

/** Where it is, which version, and where from. Rejects with ToolMissing. */
export async function findTool(name: ToolName): Promise<FoundTool> {
  const known = located.get(name);
  if (known !== undefined) return await known;
  const search = locate(toolNamed(name), process.env);
  located.set(name, search);
  return await search;
}
