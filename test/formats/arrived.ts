/** What of a plan is missing in objects that a tool made of a format's files: the official chart's and ours. */
import path from 'node:path';
import { Readable } from 'node:stream';
import { readManifests } from '../../generator/check/manifests.ts';
import { officialFindings } from '../../generator/check/official-chart.ts';
import { renderClusters } from '../../generator/clusters.ts';
import { vaultValues } from '../../generator/render/vault-values.ts';
import type { Repository } from './repository.ts';

/** One sentence for each value of the overlay, and each fact of the user's values, that did not arrive. */
export async function lostIn(text: string, { root }: Repository): Promise<readonly string[]> {
  const file = path.join(root, 'payments/lifeboat.yaml');
  const [cluster] = await renderClusters({ files: [file] }, Readable.from([]));
  if (cluster === undefined) throw new Error('no cluster');
  const { plan, input } = cluster;
  const manifests = readManifests(text);
  const rendering = { overlay: vaultValues(plan), manifests, plan, chart: 'vault 0.34.1' };
  return officialFindings(rendering, input.loaded.source).map(({ message }) => message);
}

/** `Kind/name` of each object, sorted. */
export function objectsIn(text: string): readonly string[] {
  return readManifests(text)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();
}
