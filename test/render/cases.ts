/** The configurations that are rendered in tests, each a folder of its own below cases/. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'yaml';
import { readInput } from '../../generator/read-input.ts';
import { type Rendered, render } from '../../generator/render/render.ts';

const FOLDER = path.join(import.meta.dirname, 'cases');
export const GOLDEN = path.join(import.meta.dirname, 'golden');

export const CASES: readonly string[] = readdirSync(FOLDER).sort();

export function caseFolder(name: string): string {
  return path.join(FOLDER, name);
}

export async function renderCase(name: string, chart?: string): Promise<Rendered> {
  const file = path.join(caseFolder(name), 'lifeboat.yaml');
  return render(await readInput({ file, chart }, Readable.from([])));
}

export function fileOf(rendered: Rendered, name: string): string {
  const found = rendered.files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`${name} was not rendered`);
  return found.text;
}

/** A rendered YAML file as data; what is read from it is asserted, so it is left untyped. */
export function dataOf<T>(rendered: Rendered, name: string): T {
  return parse(fileOf(rendered, name)) as T;
}
