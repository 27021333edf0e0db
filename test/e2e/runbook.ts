/**
 * The RUNBOOK.md that was rendered for a release, pasted into a shell as a person does: its own lines, with the real
 * kubectl, Helm, lifeboat and server's program. Only what it leaves to the person is filled in: each FILE, the address of
 * the chart's repository, and the login at a terminal, in the place of which the token comes by its variable.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ServedCharts, serveChart } from '../support/chart-repository.ts';
import { findTool } from '../support/tools/find-tool.ts';
import { PROGRAM, type Release } from './release.ts';
import { COMMAND_LINES } from './server-in-pod.ts';

export interface Filled {
  /** The file that stands for FILE, by the key of its Secret. */
  readonly files?: Readonly<Record<string, string>>;
  readonly token?: string;
}

export class Runbook {
  readonly #release: Release;
  readonly #charts: ServedCharts;

  private constructor(release: Release, charts: ServedCharts) {
    this.#release = release;
    this.#charts = charts;
  }

  /** Of a release that is rendered: renders it once more with our chart, which the runbook installs from there. */
  static async open(release: Release): Promise<Runbook> {
    await release.lifeboat(['render', '-f', 'lifeboat.yaml', '-o', 'out', '--with-chart']);
    const bin = path.join(release.folder, 'bin');
    await mkdir(bin);
    const { binary } = COMMAND_LINES[release.options.product];
    for (const [name, tool] of [
      ['helm', 'helm'],
      [binary, binary],
    ] as const)
      await symlink((await findTool(tool)).path, path.join(bin, name));
    const lifeboat = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    await writeFile(path.join(bin, 'lifeboat'), lifeboat, { mode: 0o755 });
    return new Runbook(release, await serveChart(release.options.product, release.chartVersion));
  }

  /** The shell blocks of the section with this heading; those before the first section where there is none. */
  async blocks(heading?: string): Promise<readonly string[]> {
    const text = await readFile(path.join(this.#release.folder, 'out/RUNBOOK.md'), 'utf8');
    const sections = text.split(/^#{2,3} /m);
    const section =
      heading === undefined ? sections[0] : sections.find((each) => each.startsWith(`${heading}\n`));
    if (section === undefined) throw new Error(`the runbook has no section "${heading}"`);
    return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  }

  /** Pastes blocks into one shell, one after the other. Fails with what was said where a command did. */
  async paste(blocks: readonly string[], filled: Filled = {}): Promise<string> {
    const { folder } = this.#release;
    const script = path.join(folder, 'pasted.sh');
    const all = [...(await this.blocks()), ...blocks];
    await writeFile(script, all.map((block) => this.#fill(block, filled)).join('\n'));
    const logFile = path.join(folder, 'pasted.log');
    const log = openSync(logFile, 'w', 0o600);
    const { token } = COMMAND_LINES[this.#release.options.product];
    const env = {
      ...process.env,
      PATH: `${path.join(folder, 'bin')}:${process.env.PATH ?? ''}`,
      // The repositories of Helm are this shell's own.
      HOME: folder,
      ...(filled.token === undefined ? {} : { [token]: filled.token }),
    };
    const shell = spawn('sh', ['-e', script], {
      cwd: folder,
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    const limit = setTimeout(() => shell.kill('SIGKILL'), 10 * 60_000);
    const [code] = await once(shell, 'exit');
    clearTimeout(limit);
    closeSync(log);
    endGroup(shell.pid);
    const said = await readFile(logFile, 'utf8');
    if (code !== 0) throw new Error(`the shell ended with ${code}:\n${said}`);
    return said;
  }

  #fill(block: string, { files = {} }: Filled): string {
    return block
      .replaceAll('URL_OF_THE_CHART_REPOSITORY', this.#charts.url)
      .replaceAll(/--from-file=([\w-]+)=FILE\b/g, (_, key: string) => {
        const file = files[key];
        if (file === undefined) throw new Error(`the runbook wants a file for ${key}`);
        return `--from-file=${key}=${file}`;
      })
      .replaceAll(/^(?:vault|bao) login$/gm, '');
  }

  async end(): Promise<void> {
    await this.#charts.stop();
  }
}

/** A port-forward that a failed line left behind. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Everything ended by itself.
  }
}
