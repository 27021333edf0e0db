/** A git repository as a team has it: shared values, a folder with lifeboat.yaml, and the out folder in it. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { parse, stringify } from 'yaml';
import { runRender } from '../../cli/commands/render.ts';
import type { FormatName } from '../../generator/formats/format-names.ts';
import { findTool } from '../support/tools/find-tool.ts';

const CASE = path.join(import.meta.dirname, 'case');
export const GOLDEN = path.join(import.meta.dirname, 'golden');
/** The out folder, from the root of the repository. */
export const OUT = 'payments/out';

type Config = Record<string, Record<string, unknown>>;

export interface Repository {
  readonly root: string;
  /** The out folder. */
  readonly out: string;
  render(formats: readonly FormatName[]): Promise<void>;
}

/** A copy that the test may write into; `change` is made to its lifeboat.yaml. */
export function repository(t: TestContext, change: (config: Config) => void = () => {}): Repository {
  const root = mkdtempSync(path.join(tmpdir(), 'lifeboat-formats-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  cpSync(CASE, root, { recursive: true });
  const file = path.join(root, 'payments/lifeboat.yaml');
  const before = readFileSync(file, 'utf8');
  const config = parse(before) as Config;
  change(config);
  // The file's own bytes are kept where nothing changes.
  if (stringify(config) !== stringify(parse(before))) writeFileSync(file, stringify(config));
  const out = path.join(root, OUT);
  const io = { stdin: Readable.from([]), stdout: () => {}, stderr: () => {} };
  const render = async (formats: readonly FormatName[]): Promise<void> => {
    if (formats.includes('manifests')) process.env.HELM_BIN = (await findTool('helm')).path;
    await runRender({ files: [file], out, formats, json: false }, io);
  };
  return { root, out, render };
}

/** Names of all files below a folder, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
