/** Which container of a server's pod is at work. Pure. */
import type { ContainerStatus, Pod } from './kubernetes-objects.ts';

/** The first init container that has not ended well; undefined once all have. */
export function currentInit({ status }: Pod): ContainerStatus | undefined {
  return (status?.initContainerStatuses ?? []).find(({ state }) => state?.terminated?.exitCode !== 0);
}

/** The container whose log tells what goes on; undefined where none has started yet. */
export function atWork(pod: Pod, server: string): string | undefined {
  const init = currentInit(pod);
  if (init !== undefined) return init.state?.running === undefined ? undefined : init.name;
  const running = (pod.status?.containerStatuses ?? []).find(({ name }) => name === server);
  return running?.state?.running === undefined ? undefined : server;
}
