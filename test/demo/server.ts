/** The server of the demo: a Vault that is here already, else OpenBao, which needs no compiler to be had. */
import type { Product } from '../support/pod/world.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { lookUp } from '../support/tools/look-up.ts';
import { toolNamed } from '../support/tools/tool-table.ts';

export interface DemoServer {
  readonly product: Product;
  readonly path: string;
  readonly version: string;
}

export async function demoServer(): Promise<DemoServer> {
  const openbao = await lookUp(toolNamed('bao'), process.env);
  const vault = openbao === undefined ? await lookUp(toolNamed('vault'), process.env) : undefined;
  if (vault !== undefined) return { product: 'vault', path: vault.path, version: vault.version };
  const { path, version } = await findTool('bao');
  return { product: 'openbao', path, version };
}
