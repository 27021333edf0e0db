/** One `helm template`: a chart and values in, the text of its objects or Helm's reason out. No cluster is asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Answer, runHelm } from './run-helm.ts';

export interface ChartCall {
  /** Folder or .tgz. */
  readonly chart: string;
  readonly release: { readonly name: string; readonly namespace: string };
  /** Texts of values files, the last one wins. */
  readonly values: readonly string[];
  /** The version of Kubernetes that the chart is told. */
  readonly kubernetes: string;
}

/** Values go by files of a private folder: Helm splits the names of files at commas, and arguments are seen by everybody. */
export async function renderChart({ chart, release, values, kubernetes }: ChartCall): Promise<Answer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lifeboat-helm-'));
  try {
    const flags: string[] = [];
    for (const [index, text] of values.entries()) {
      const file = path.join(folder, `${index}.yaml`);
      await writeFile(file, text, { mode: 0o600 });
      flags.push('--values', file);
    }
    return await runHelm([
      ...['template', release.name, path.resolve(chart)],
      ...['--namespace', release.namespace, '--kube-version', kubernetes, ...flags],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
