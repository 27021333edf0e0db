/** The server of the demo: a `vault` that is there already, else OpenBao, which needs no compiler to be had. */

import type { Product } from '../support/pod/world.ts';
import { findTool } from '../support/tools/find-tool.ts';

export async function demoServer(): Promise<{ product: Product; path: string; version: string }> {
  const { path, version } = await findTool('bao');
  return { product: 'openbao', path, version };
}
