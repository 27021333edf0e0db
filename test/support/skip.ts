/** What a test does where a program that it needs cannot be had: skip by name, or fail where all must run. */
import type { TestContext } from 'node:test';
import { findTool } from './tools/find-tool.ts';
import type { FoundTool } from './tools/look-up.ts';
import { ToolMissing } from './tools/tool-missing.ts';
import { type ToolName, toolNamed } from './tools/tool-table.ts';

function isWanted(name: ToolName): boolean {
  return process.env.CI === 'true' && toolNamed(name).onRequest !== true;
}

/** Where it is; undefined where the test was skipped and must return. With CI=true it rejects instead. */
export async function requireTool(t: TestContext, name: ToolName): Promise<FoundTool | undefined> {
  try {
    return await findTool(name);
  } catch (error) {
    if (!(error instanceof ToolMissing) || isWanted(name)) throw error;
    t.skip(error.message);
    return undefined;
  }
}

/** Why a program cannot be had, for the `skip` of a suite. With CI=true nothing is excused: the tests then fail. */
export async function whyMissing(name: ToolName): Promise<string | undefined> {
  try {
    await findTool(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolMissing) || isWanted(name)) return undefined;
    return error.message;
  }
}
