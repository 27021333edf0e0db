/** Whether a folder holds what the configuration renders now; what else stands in it is the user's. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../contract/errors.ts';
import { FORMAT_NAMES, type FormatName } from '../formats/format-names.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Finding } from './finding.ts';

function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

/** Whether the folder was rendered with a copy of our chart. */
export function bundledChartIn(out: string, folder: string): Promise<boolean> {
  return isThere(path.join(out, folder, 'charts', 'vault-lifeboat'));
}

/** The formats that the folder was rendered with. */
export async function formatsIn(out: string, folder: string): Promise<readonly FormatName[]> {
  const there = await Promise.all(FORMAT_NAMES.map((name) => isThere(path.join(out, folder, name))));
  return FORMAT_NAMES.filter((_name, index) => there[index]);
}

function firstDifference(there: string, rendered: string): number {
  const [old, now] = [there.split('\n'), rendered.split('\n')];
  const index = now.findIndex((line, at) => line !== old[at]);
  return (index < 0 ? now.length : index) + 1;
}

type State = { readonly message: string; readonly line?: number } | undefined;

async function stateOf(place: string, { text }: RenderedFile): Promise<State> {
  try {
    const there = await readFile(place, 'utf8');
    if (there === text) return undefined;
    return { message: 'this file is not what is rendered now', line: firstDifference(there, text) };
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    return { message: 'this file is rendered now, and is missing' };
  }
}

export async function outFindings(
  out: string,
  folder: string,
  files: readonly RenderedFile[],
  renderCommand: string,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const file of files) {
    const place = path.join(out, folder, file.name);
    const state = await stateOf(place, file);
    if (state === undefined) continue;
    const hint = `Render again: ${renderCommand}`;
    findings.push({ file: place, ...state, hint, rule: 'out-up-to-date', level: 'error' });
  }
  return findings;
}
