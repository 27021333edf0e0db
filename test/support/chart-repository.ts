/** A repository of charts on this machine, as `helm repo add` and its like know them: the official chart, packed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { type ChartName, findOfficialChart } from './tools/chart.ts';
import { findTool } from './tools/find-tool.ts';
import { ToolMissing } from './tools/tool-missing.ts';

export interface ChartRepository {
  readonly url: string;
  /** The folder of the helm that packed it: other tools call helm by the PATH. */
  readonly path: string;
}

async function pack(chart: string, helm: string, folder: string): Promise<void> {
  await execa(helm, ['package', chart, '--destination', folder]);
  await execa(helm, ['repo', 'index', folder]);
}

export interface ServedCharts extends ChartRepository {
  stop(): Promise<void>;
}

export async function serveChart(name: ChartName, version: string): Promise<ServedCharts> {
  const chart = await findOfficialChart(name, version);
  const helm = (await findTool('helm')).path;
  const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-charts-'));
  await pack(chart, helm, folder);
  const server = createServer((request, response) => {
    readFile(path.join(folder, path.basename(request.url ?? ''))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    path: `${path.dirname(helm)}:${process.env.PATH ?? ''}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Undefined where the test was skipped and must return. With CI=true it rejects instead. */
export async function requireChartRepository(
  t: TestContext,
  name: ChartName = 'vault',
  version = '0.34.1',
): Promise<ChartRepository | undefined> {
  try {
    const served = await serveChart(name, version);
    t.after(() => served.stop());
    return served;
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
    return undefined;
  }
}
