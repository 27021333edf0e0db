/** All clusters against the folder that render wrote earlier: which files change, and what that means. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { isMap, type Values } from '../chart/values.ts';
import type { RenderedCluster } from '../clusters.ts';
import { HELM_YAML } from '../config/yaml-documents.ts';
import { type AgainOptions, renderedAgain } from '../formats/rendered-again.ts';
import type { RenderedFile } from '../render/file.ts';
import type { Change } from './change.ts';
import { type Effect, effects } from './effects.ts';
import { outFolderChanges } from './out-folder.ts';
import type { DeployedValues } from './view.ts';

/** A file of values that was rendered once; one that is not there, or that a person broke, tells nothing. */
function valuesIn(text: string | undefined): Values | undefined {
  try {
    const data: unknown = parse(text ?? '', HELM_YAML);
    return isMap(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

async function committed(folder: string): Promise<DeployedValues> {
  const read = (name: string): Promise<string | undefined> =>
    readFile(path.join(folder, name), 'utf8').catch(() => undefined);
  return {
    vault: valuesIn(await read('vault-values.yaml')),
    lifeboat: valuesIn(await read('lifeboat-values.yaml')),
  };
}

function renderedValues(files: readonly RenderedFile[]): DeployedValues {
  const text = (name: string): string | undefined => files.find((file) => file.name === name)?.text;
  return { vault: valuesIn(text('vault-values.yaml')), lifeboat: valuesIn(text('lifeboat-values.yaml')) };
}

export interface FolderCompared {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/** `whole`: not only some clusters of the fleet are rendered, so that what belongs to no cluster is a leftover. */
export async function compareFolder(
  out: string,
  clusters: readonly RenderedCluster[],
  whole: boolean,
  options: AgainOptions,
): Promise<FolderCompared> {
  const rendered: RenderedFile[] = [];
  for (const cluster of clusters) {
    const { files } = await renderedAgain(cluster, out, options);
    rendered.push(...files.map((file) => ({ ...file, name: path.posix.join(cluster.folder, file.name) })));
  }
  const within = whole ? [''] : clusters.map(({ folder }) => folder);
  const found: Effect[] = [];
  for (const { folder, files } of clusters) {
    const of = effects(await committed(path.join(out, folder)), renderedValues(files));
    found.push(
      ...of.map((effect) => (folder === '' ? effect : { ...effect, text: `${folder}: ${effect.text}` })),
    );
  }
  return { changes: await outFolderChanges(out, rendered, within), effects: found };
}
