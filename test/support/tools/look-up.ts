/** Looks for a program where it may be already: a variable, the PATH, the cache. Takes nothing from the network. */
import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.ts';
import { ToolMissing } from './tool-missing.ts';
import type { Tool } from './tool-table.ts';
import { askVersion } from './tool-version.ts';

export interface FoundTool {
  readonly path: string;
  readonly version: string;
  readonly from: 'variable' | 'path' | 'cache' | 'obtained';
}

export function cachedBinary(tool: Tool, env: Environment): string {
  return path.join(cacheFolder(env), 'tools', `${tool.folder}-${tool.version}`, tool.name);
}

async function isExecutable(file: string): Promise<boolean> {
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return (
    isFile &&
    (await access(file, constants.X_OK).then(
      () => true,
      () => false,
    ))
  );
}

/** Named by hand, so its version is the person's choice; but it must be that program, and it must run. */
async function fromVariable(tool: Tool, env: Environment): Promise<FoundTool | undefined> {
  const file = env[tool.variable];
  if (file === undefined || file === '') return undefined;
  const answer: { version?: string; problem?: string } = (await isExecutable(file))
    ? await askVersion(tool, file)
    : { problem: 'there is no executable file' };
  if (answer.version === undefined)
    throw new ToolMissing(
      tool.title,
      `${tool.variable} names ${file}, and ${answer.problem ?? 'it is unknown'}`,
    );
  return { path: path.resolve(file), version: answer.version, from: 'variable' };
}

function pathTakes(tool: Tool, version: string): boolean {
  if (tool.pathTakes === 'this version') return version === tool.version;
  return version.split('.')[0] === tool.version.split('.')[0];
}

async function fromPath(tool: Tool, env: Environment): Promise<FoundTool | undefined> {
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter((each) => each !== '')) {
    const file = path.join(folder, tool.name);
    if (!(await isExecutable(file))) continue;
    const answer = await askVersion(tool, file);
    if ('version' in answer && pathTakes(tool, answer.version))
      return { path: file, version: answer.version, from: 'path' };
  }
  return undefined;
}

/** Asked once, then remembered by size and time: every test process looks its programs up anew. */
async function fromCache(tool: Tool, env: Environment): Promise<FoundTool | undefined> {
  const file = cachedBinary(tool, env);
  if (!(await isExecutable(file))) return undefined;
  const found: FoundTool = { path: file, version: tool.version, from: 'cache' };
  const { size, mtimeMs } = await stat(file);
  const note = `${file}.checked`;
  const expected = `${tool.version} ${size} ${mtimeMs}\n`;
  if ((await readFile(note, 'utf8').catch(() => '')) === expected) return found;
  const answer = await askVersion(tool, file);
  if (!('version' in answer) || answer.version !== tool.version) return undefined;
  await writeFile(note, expected).catch(() => {});
  return found;
}

export async function lookUp(tool: Tool, env: Environment): Promise<FoundTool | undefined> {
  return (await fromVariable(tool, env)) ?? (await fromPath(tool, env)) ?? (await fromCache(tool, env));
}

/** What a new binary is held against before it enters the cache. */
export async function lookUpCache(tool: Tool, env: Environment): Promise<FoundTool | undefined> {
  return await fromCache(tool, env);
}
