/** `lifeboat render -f FILE -o DIR`: one configuration in, everything for the charts out; a folder for each of a fleet. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { LifeboatError } from '../../contract/errors.ts';
import { bundledChart } from '../../generator/bundled-chart.ts';
import { type RenderedCluster, renderClusters } from '../../generator/clusters.ts';
import { chartTexts } from '../../generator/formats/chart-texts.ts';
import type { FormatName } from '../../generator/formats/format-names.ts';
import { formatFiles, refersByPath, requireFormats, runsHelm } from '../../generator/formats/formats.ts';
import { type ConfigInputs, readGivenCharts } from '../../generator/read-input.ts';
import type { RenderedFile } from '../../generator/render/file.ts';
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

/** Files that refer to each other cannot be one stream. */
function refuseStream(byPath: FormatName): never {
  throw new LifeboatError(
    'usage',
    `--format ${byPath} is files that refer to each other by path, and -o - is one stream`,
    { hint: 'Use -o FOLDER.' },
  );
}

const LEFT_OUT =
  'manifests of the official chart are left out: give the chart itself with --chart FOLDER-OR-TGZ';

interface Formatted {
  /** Of each cluster, in their order. */
  readonly files: readonly (readonly RenderedFile[])[];
  readonly warnings: readonly string[];
}

async function formatted(options: RenderOptions, clusters: readonly RenderedCluster[]): Promise<Formatted> {
  const { out, formats = [] } = options;
  requireFormats(clusters, formats, out);
  if (!formats.some(runsHelm)) {
    return { files: clusters.map((cluster) => formatFiles(cluster, formats, out)), warnings: [] };
  }
  const given = await readGivenCharts(options.charts);
  const files: (readonly RenderedFile[])[] = [];
  const warnings = new Set<string>();
  for (const cluster of clusters) {
    const { name, version } = cluster.input.chart;
    const official = given.find(({ chart }) => chart.name === name && chart.version === version)?.place;
    if (official === undefined) warnings.add(LEFT_OUT);
    files.push(formatFiles(cluster, formats, out, await chartTexts(cluster, official)));
  }
  return { files, warnings: [...warnings] };
}

export async function runRender(options: RenderOptions, io: CliIo): Promise<void> {
  const byPath = options.formats?.find(refersByPath);
  if (byPath !== undefined && options.out === '-') refuseStream(byPath);
  const clusters = await renderClusters(options, io.stdin);
  const more = await formatted(options, clusters);
  const warnings = [...clusters.flatMap((cluster) => cluster.warnings), ...more.warnings];
  const chart = options.withChart === true || byPath !== undefined ? await bundledChart() : [];
  // With the chart beside it, each folder is all that the day everything is gone needs.
  const files = clusters.flatMap((cluster, index) =>
    [...cluster.files, ...(more.files[index] ?? []), ...chart].map((file) => ({
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
