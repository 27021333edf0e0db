/** `lifeboat render -f FILE -o DIR`: one configuration file in, everything for the charts out. */
import { createHash } from 'node:crypto';
import { bundledChart } from '../../generator/bundled-chart.ts';
import { readInput } from '../../generator/read-input.ts';
import { render } from '../../generator/render/render.ts';
import { documentStream } from '../../generator/render/stream.ts';
import { writeFiles } from '../../generator/write-files.ts';
import type { CliIo } from '../io.ts';

export interface RenderOptions {
  /** lifeboat.yaml, or `-`. */
  readonly file: string;
  /** A folder, or `-`. */
  readonly out: string;
  /** Folder or archive of the official chart. */
  readonly chart?: string | undefined;
  /** Writes charts/vault-lifeboat beside the values. */
  readonly withChart?: boolean | undefined;
  readonly json: boolean;
}

export async function runRender(options: RenderOptions, io: CliIo): Promise<void> {
  const input = await readInput(options, io.stdin);
  const rendered = render(input);
  const files = [...rendered.files, ...(options.withChart === true ? await bundledChart() : [])];
  if (options.out !== '-') await writeFiles(options.out, files);

  if (options.json) {
    const digests = files.map(({ name, text }) => ({
      name,
      sha256: createHash('sha256').update(text).digest('hex'),
      ...(options.out === '-' ? { text } : {}),
    }));
    io.stdout(`${JSON.stringify({ out: options.out, files: digests, warnings: rendered.warnings })}\n`);
    return;
  }
  for (const warning of rendered.warnings) io.stderr(`warning: ${warning}\n`);
  if (options.out === '-') {
    io.stdout(documentStream(files));
    return;
  }
  io.stderr(`wrote ${files.length} files to ${options.out}; begin with ${options.out}/RUNBOOK.md\n`);
}
