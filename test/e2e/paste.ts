/** A command that lifeboat printed, pasted into a shell in the release's folder, by an administrator of the server. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { findOfficialChart } from '../support/tools/chart.ts';
import { findTool } from '../support/tools/find-tool.ts';
import type { Release } from './release.ts';
import { COMMAND_LINES } from './server-in-pod.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/lifeboat.cjs');

/** The chart is a folder here: no repository of charts is within reach. */
async function withLocalChart(release: Release, command: string): Promise<string> {
  const { product } = release.options;
  const chart = await findOfficialChart(product, release.chartVersion);
  return command.replaceAll(/(?:hashicorp|openbao)\/(?:vault|openbao) --version \S+/g, chart);
}

/** Must work; resolves to all that it said. Questions of setup-auth are answered with yes. */
export async function paste(release: Release, command: string, root: string): Promise<string> {
  const { binary, address, token } = COMMAND_LINES[release.options.product];
  const bin = path.join(release.folder, 'bin');
  await mkdir(bin, { recursive: true });
  const wrapper = path.join(bin, 'lifeboat');
  await writeFile(wrapper, `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`);
  await chmod(wrapper, 0o755);
  const tools = [path.dirname((await findTool(binary)).path), path.dirname((await findTool('helm')).path)];
  const line = (await withLocalChart(release, command)).replaceAll(
    'lifeboat setup-auth',
    'lifeboat setup-auth --yes',
  );
  const result = await execa('sh', ['-ec', line], {
    cwd: release.folder,
    env: {
      PATH: [bin, ...tools, process.env.PATH ?? ''].join(':'),
      [address]: await release.server.address(),
      [token]: root,
      HOME: release.folder,
    },
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  if (result.failed) throw new Error(`${line}: ${result.all}`);
  return result.all;
}
