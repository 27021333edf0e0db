/** The init containers of a lost server's pod, each with the memory of its own first process. */
import type { World } from '../support/pod/world.ts';
import { watchPeak } from './peak-memory.ts';

/** Loses everything, and lets the pod bring it back. Bytes per init container; the private server's are not in them. */
export async function restoreRun(world: World): Promise<Readonly<Record<string, number>>> {
  await world.loseEverything();
  const pod = world.newPod();
  const peaks: Record<string, number> = {};
  for (const { name } of pod.options.template.initContainers) {
    const container = pod.startInit(name);
    const watch = watchPeak(() => container.firstPid);
    const code = await container.ended;
    peaks[name] = watch.stop();
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${container.log}`);
  }
  await pod.startServer();
  await world.operator.waitForHealth(200);
  return peaks;
}
