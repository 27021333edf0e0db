/** Which version a binary is: by what it says, else by the notes that the Go compiler leaves in it. */
import { createReadStream } from 'node:fs';
import { execa } from 'execa';
import type { Tool } from './tool-table.ts';

/** `mod<TAB>example.org/module<TAB>v1.2.3` stands in every binary that was installed by module and version. */
async function builtFrom(file: string, module: string): Promise<string | undefined> {
  const pattern = new RegExp(`\nmod\t${module.replaceAll('.', '\\.')}\tv(\\d+\\.\\d+\\.\\d+)\t`);
  let tail = '';
  for await (const chunk of createReadStream(file, { highWaterMark: 4 << 20 })) {
    const text = tail + (chunk as Buffer).toString('latin1');
    const found = pattern.exec(text);
    if (found !== null) return found[1];
    tail = text.slice(-500);
  }
  return undefined;
}

export type Answer = { readonly version: string } | { readonly problem: string };

/** Runs it. A problem says in a few words why it is not what its name says. */
export async function askVersion(tool: Tool, file: string): Promise<Answer> {
  const result = await execa(file, tool.ask, {
    reject: false,
    stdin: 'ignore',
    all: true,
    timeout: 30_000,
  });
  if (result.failed) return { problem: `it does not run: ${result.shortMessage?.split('\n')[0] ?? ''}` };
  const found = tool.answer.exec(result.all);
  if (found === null) return { problem: `it does not answer like ${tool.title}` };
  const said = found.groups?.version;
  if (said?.split('.').length === 3) return { version: said };
  const built = tool.source.kind === 'go' ? await builtFrom(file, tool.source.module) : undefined;
  const version = built ?? said;
  return version === undefined ? { problem: 'it does not say its version' } : { version };
}
