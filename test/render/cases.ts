/** The configurations that are rendered in tests, each a folder of its own below cases/. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'yaml';
import { type RenderedCluster, renderClusters } from '../../generator/clusters.ts';
import type { Rendered } from '../../generator/render/render.ts';

const FOLDER = path.join(import.meta.dirname, 'cases');
export const GOLDEN = path.join(import.meta.dirname, 'golden');

export const CASES: readonly string[] = readdirSync(FOLDER).sort();

export function caseFolder(name: string): string {
  return path.join(FOLDER, name);
}

export interface CaseOptions {
  /** The chart itself, instead of the built-in table. */
  readonly chart?: string;
  /** Another version than the case names. */
  readonly chartVersion?: string;
}

async function renderOnly(file: string, chart: string | undefined, text = ''): Promise<RenderedCluster> {
  const [only] = await renderClusters(
    { files: [file], charts: chart === undefined ? [] : [chart] },
    Readable.from([text]),
  );
  if (only === undefined) throw new Error(`${file} names no cluster`);
  return only;
}

export async function renderCase(
  name: string,
  { chart, chartVersion }: CaseOptions = {},
): Promise<RenderedCluster> {
  const file = path.join(caseFolder(name), 'lifeboat.yaml');
  if (chartVersion === undefined) return renderOnly(file, chart);
  const text = readFileSync(file, 'utf8').replace(/(chartVersion: *)[0-9.]+/, `$1${chartVersion}`);
  const values = text.replace(/values: \[(.*)\]/, (_all, names: string) => {
    const files = names.split(',').map((value) => path.join(caseFolder(name), value.trim()));
    return `values: [${files.join(', ')}]`;
  });
  return renderOnly('-', chart, values);
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

/** A configuration as text; the values files that it names are `values`, by their names. */
export async function renderText(
  config: string,
  values: Readonly<Record<string, string>> = {},
): Promise<Rendered> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-render-'));
  try {
    for (const [name, text] of Object.entries({ ...values, 'lifeboat.yaml': config }))
      writeFileSync(path.join(folder, name), text);
    return await renderOnly(path.join(folder, 'lifeboat.yaml'), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
