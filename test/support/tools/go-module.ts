/** The folder of a Go module's sources, by Go's own cache: for files in it that are published nowhere else. */
import { execa } from 'execa';
import type { Environment } from './cache-folder.ts';
import { ToolMissing } from './tool-missing.ts';

const MINUTES = 10;

/** `module` with its version; `cwd` is any folder without a go.mod. Rejects with ToolMissing, which names `title`. */
export async function goModuleFolder(
  title: string,
  module: string,
  cwd: string,
  env: Environment,
): Promise<string> {
  const result = await execa('go', ['mod', 'download', '-json', module], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: MINUTES * 60_000,
  });
  if (result.code === 'ENOENT') throw new ToolMissing(title, 'go is not installed');
  if (result.timedOut) throw new ToolMissing(title, `${module} did not come within ${MINUTES} minutes`);
  const answer = parsed(result.stdout);
  if (answer.Error === undefined && answer.Dir !== undefined) return answer.Dir;
  const said = answer.Error ?? result.stderr.trim().split('\n').at(-1) ?? 'go says nothing';
  throw new ToolMissing(title, `go mod download ${module}: ${said}`);
}

function parsed(json: string): { readonly Dir?: string; readonly Error?: string } {
  try {
    return JSON.parse(json) as { Dir?: string; Error?: string };
  } catch {
    return {};
  }
}
