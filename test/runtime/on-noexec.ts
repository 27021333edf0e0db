/**
 * Run in a mount namespace of its own, with a folder that is mounted noexec: copies the runtime there twice, then runs
 * the two shell lines of the server's pod in each shell that is here. Prints what was said as JSON.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyRuntime } from '../../bootstrap/restore/copy-runtime.ts';
import { LifeboatError } from '../../contract/errors.ts';
import { MOUNTS, postStartCommand, restoreCommand } from '../../contract/pod.ts';

const [folder = '', scratch = ''] = process.argv.slice(2);
const bundle = join(scratch, 'lifeboat.cjs');
writeFileSync(bundle, 'process.exit(7);');
const data = join(scratch, 'data');
mkdirSync(data, { recursive: true });

async function refusal(): Promise<unknown> {
  try {
    await copyRuntime(bundle, join(folder, 'lifeboat'), join(folder, 'runtime'));
    return 'it ran';
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return { exit: error.exit, message: error.message, hint: error.hint };
  }
}

const copies = [await refusal(), await refusal()];
const log = join(scratch, 'log');
const shells = [['/bin/sh'], ['/bin/busybox', 'sh']]
  .filter(([program = '']) => spawnSync(program, ['--help']).error === undefined)
  .map(([program = '', ...first]) => {
    const run = (command: readonly string[]): { status: number | null; stderr: string } => {
      const [, ...words] = command.map((word) =>
        word.replaceAll(MOUNTS.run, folder).replaceAll('/proc/1/fd/1', log),
      );
      const { status, stderr } = spawnSync(program, [...first, ...words], { encoding: 'utf8' });
      return { status, stderr };
    };
    return {
      shell: [program, ...first].join(' '),
      restore: run(restoreCommand(data)),
      hook: run(postStartCommand([])),
    };
  });
process.stdout.write(
  JSON.stringify({ copies, shells, log: spawnSync('cat', [log], { encoding: 'utf8' }).stdout }),
);
