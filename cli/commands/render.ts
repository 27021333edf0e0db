/** `lifeboat render -f FILE -o DIR`: one configuration in, everything for the charts out; a folder for each of a fleet. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { bundledChart } from '../../generator/bundled-chart.ts';
import { renderClusters } from '../../generator/clusters.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import { documentStream } from '../../generator/render/stream.ts';
import { writeFiles } from '../../generator/write-files.ts';
import type { CliIo } from '../io.ts';

export interface RenderOptions extends ConfigInputs {
  /** A folder, or `-`. */
  readonly out: string;
  /** Writes charts/vault-lifeboat beside the values. */
  readonly withChart?: boolean | undefined;
  readonly json: boolean;
}

export async function runRender(options: RenderOptions, io: CliIo): Promise<void> {
  const clusters = await renderClusters(options, io.stdin);
  const warnings = clusters.flatMap((cluster) => cluster.warnings);
  const chart = options.withChart === true ? await bundledChart() : [];
  // With the chart beside it, each folder is all that the day everything is gone needs.
  const files = clusters.flatMap(({ folder, files: own }) =>
    [...own, ...chart].map((file) => ({ ...file, name: path.join(folder, file.name) })),
  );
  if (options.out !== '-') await writeFiles(options.out, files);

  if (options.json) {
    const digests = files.map(({ name, text }) => ({
      name,
      sha256: createHash('sha256').update(text).digest('hex'),
      ...(options.out === '-' ? { text } : {}),
    }));
    io.stdout(`${JSON.stringify({ out: options.out, files: digests, warnings })}\n`);
    return;
  }
  for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
  if (options.out === '-') {
    io.stdout(documentStream(files));
    return;
  }
  const first = path.join(options.out, clusters[0]?.folder ?? '', 'RUNBOOK.md');
  const whose = clusters.length === 1 ? '' : ` of ${clusters.length} clusters`;
  io.stderr(`wrote ${files.length} files${whose} to ${options.out}; begin with ${first}\n`);
}
