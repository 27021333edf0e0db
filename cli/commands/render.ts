/** `lifeboat render -f FILE -o DIR`: one configuration in, everything for the charts out; a folder for each of a fleet. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { LifeboatError } from '../../contract/errors.ts';
import { bundledChart } from '../../generator/bundled-chart.ts';
import { renderClusters } from '../../generator/clusters.ts';
import type { FormatName } from '../../generator/formats/format-names.ts';
import { formatFiles, refersByPath, requireFormats } from '../../generator/formats/formats.ts';
import type { ConfigInputs } from '../../generator/read-input.ts';
import { documentStream } from '../../generator/render/stream.ts';
import { writeFiles } from '../../generator/write-files.ts';
import type { CliIo } from '../io.ts';

export interface RenderOptions extends ConfigInputs {
  /** A folder, or `-`. */
  readonly out: string;
  /** Writes charts/vault-lifeboat beside the values. */
  readonly withChart?: boolean | undefined;
  /** What is written besides the values. */
  readonly formats?: readonly FormatName[] | undefined;
  readonly json: boolean;
}

export async function runRender(options: RenderOptions, io: CliIo): Promise<void> {
  const clusters = await renderClusters(options, io.stdin);
  const warnings = clusters.flatMap((cluster) => cluster.warnings);
  const { out, formats = [] } = options;
  const byPath = formats.find(refersByPath);
  if (byPath !== undefined && out === '-') {
    throw new LifeboatError(
      'usage',
      `--format ${byPath} is files that refer to each other by path, and -o - is one stream`,
      {
        hint: 'Use -o FOLDER.',
      },
    );
  }
  requireFormats(clusters, formats, out);
  const chart = options.withChart === true || byPath !== undefined ? await bundledChart() : [];
  // With the chart beside it, each folder is all that the day everything is gone needs.
  const files = clusters.flatMap((cluster) =>
    [...cluster.files, ...formatFiles(cluster, formats, out), ...chart].map((file) => ({
      ...file,
      name: path.join(cluster.folder, file.name),
    })),
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
