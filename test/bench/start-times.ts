/** How long the program needs to start, in the place where every start of a pod waits for it, beside a bare node. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_VARIABLE, MOUNTS } from '../../contract/pod.ts';
import { ContainerProcess } from '../support/pod/container-process.ts';
import type { World } from '../support/pod/world.ts';

const BUNDLE = new URL('../../dist/lifeboat.cjs', import.meta.url).pathname;

/** Seconds of each start, in the order of the rounds. */
export interface StartTimes {
  /** `node -e 0` */
  readonly node: readonly number[];
  readonly version: readonly number[];
  /** `init-container` on a directory with data, as at every start of a pod: with the copy of the runtime. */
  readonly dataPresent: readonly number[];
  /** The same where the runtime was copied before. */
  readonly dataPresentAgain: readonly number[];
}

/** The world's server has data and stands still. */
export async function startTimes(world: World, rounds: number): Promise<StartTimes> {
  const folder = join(world.folder, 'bench-starts');
  const run = join(folder, 'run');
  mkdirSync(run, { recursive: true });
  chmodSync(run, 0o777);
  const data = `/${world.options.product}/data`;
  const init = world.rendered.server.initContainers[0];
  const config = init?.env?.find(({ name }) => name === CONFIG_VARIABLE)?.value ?? '';
  const container = new ContainerProcess({
    name: 'starts',
    folder,
    command: [process.execPath, '/bench/in-container-starts.mjs', String(rounds), data],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', [CONFIG_VARIABLE]: config },
    mounts: [
      { source: dirname(BUNDLE), target: '/app', readOnly: true },
      { source: import.meta.dirname, target: '/bench', readOnly: true },
      { source: run, target: MOUNTS.run, readOnly: false },
      { source: world.data, target: data, readOnly: false },
      // A node outside of the system's own folders.
      ...(process.execPath.startsWith('/usr/')
        ? []
        : [{ source: dirname(process.execPath), target: dirname(process.execPath), readOnly: true }]),
    ],
    readOnlyRoot: false,
  });
  const code = await container.ended;
  if (code !== 0) throw new Error(`the starts ended with ${code}: ${container.log}`);
  return JSON.parse(container.log) as StartTimes;
}
