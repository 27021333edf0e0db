/** Our own chart as files, for `render --with-chart`: the copy of this very version. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { LifeboatError } from '../contract/errors.ts';
import type { RenderedFile } from './render/file.ts';

const CHART = path.join('charts', 'vault-lifeboat');

/** The folder `charts/vault-lifeboat` beside the program, or above it: the package, the image and a clone are laid out alike. */
export async function bundledChartFolder(program: string = process.argv[1] ?? '.'): Promise<string> {
  let folder = path.dirname(await realpath(program));
  for (;;) {
    const candidate = path.join(folder, CHART);
    if ((await stat(path.join(candidate, 'Chart.yaml')).catch(() => undefined)) !== undefined)
      return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new LifeboatError('usage', `this build of lifeboat carries no copy of ${CHART}`, {
    hint: 'Leave --with-chart out, and take the chart from the repository.',
  });
}

export async function bundledChart(
  program: string = process.argv[1] ?? '.',
): Promise<readonly RenderedFile[]> {
  const folder = await bundledChartFolder(program);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  return Promise.all(
    names.map(async (name) => ({
      name: path.join(CHART, name),
      text: await readFile(path.join(folder, name), 'utf8'),
    })),
  );
}
