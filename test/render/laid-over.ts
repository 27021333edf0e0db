/** A configuration and values given as data: rendered, and laid over each other by the real chart as a user's Helm does it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import type { OfficialChart } from '../../generator/chart/official-charts.ts';
import { loadConfig } from '../../generator/config/load.ts';
import { type Rendered, render } from '../../generator/render/render.ts';
import { yamlText } from '../../generator/render/yaml-text.ts';
import { fileOf } from './cases.ts';

export type Data = Readonly<Record<string, unknown>>;

export const RELEASE = { name: 'vault', namespace: 'secrets' };

/** `more` is laid over a whole lifeboat.yaml, key by key. */
export function renderData(chart: OfficialChart, values: Data, more: Data = {}): Rendered {
  const config = {
    version: 1,
    name: 'payments-vault',
    image: { repository: 'registry.example/lifeboat', tag: '1' },
    release: {
      ...RELEASE,
      chart: `any/${chart.name}`,
      chartVersion: chart.version,
      values: ['my-values.yaml'],
    },
    store: { s3: { bucket: 'snapshots', secretRef: { name: 's3' } } },
    ...more,
  };
  return render({
    loaded: loadConfig('lifeboat.yaml', stringify(config)),
    chart,
    valuesFiles: [{ file: 'my-values.yaml', place: '/team/my-values.yaml', text: yamlText(values) }],
  });
}

/** The values files as Helm is given them: theirs first, ours last. They stand in a new folder below `folder`. */
export function valuesFiles(folder: string, values: Data, rendered: Rendered): readonly string[] {
  const place = mkdtempSync(path.join(folder, 'values-'));
  const files = [path.join(place, 'my-values.yaml'), path.join(place, 'vault-values.yaml')] as const;
  writeFileSync(files[0], yamlText(values));
  writeFileSync(files[1], fileOf(rendered, 'vault-values.yaml'));
  return files;
}

export function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'lifeboat-laid-over-'));
}
