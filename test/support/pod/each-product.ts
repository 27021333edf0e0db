/** Runs a suite for Vault and for OpenBao, with the official chart where it can be had. */

import { findOfficialChart } from '../tools/chart.ts';
import { findTool } from '../tools/find-tool.ts';
import type { OfficialChart } from './rendered.ts';
import { CHART_VERSIONS, type Product } from './world.ts';

export interface Server {
  readonly product: Product;
  readonly serverBinary: string;
  readonly chart: OfficialChart | undefined;
}

export const PRODUCTS = ['vault', 'openbao'] as const satisfies readonly Product[];

/** The server of a product. Without helm or the chart the pods are made of vault-values.yaml itself, and that is said. */
export async function serverOf(product: Product): Promise<Server> {
  const { path: serverBinary } = await findTool(product === 'vault' ? 'vault' : 'bao');
  return { product, serverBinary, chart: await chartOf(product) };
}

async function chartOf(product: Product): Promise<OfficialChart | undefined> {
  try {
    const { path: helm } = await findTool('helm');
    return { helm, folder: await findOfficialChart(product, CHART_VERSIONS[product]) };
  } catch (error) {
    process.stderr.write(
      `NOTICE: the official ${product} chart cannot be had (${(error as Error).message}); hooks are taken from vault-values.yaml itself\n`,
    );
    return undefined;
  }
}

export function eachProduct(suite: (product: Product, server: () => Promise<Server>) => void): void {
  for (const product of PRODUCTS) suite(product, () => serverOf(product));
}
