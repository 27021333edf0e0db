/** The two init containers of a restore: ours, restricted; and one that is the server again. */
import { CONFIG_VARIABLE, initCommand, MOUNTS, restoreCommand } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { restrictedContext } from '../chart/server-rights.ts';
import type { Values } from '../chart/values.ts';
import type { Plan } from '../plan/plan.ts';
import { mountOf, type PodMount, storeMounts, unsealMounts, vaultCaMounts } from '../plan/pod-mounts.ts';
import { imageReference } from './image.ts';

export const RUN_VOLUME = 'lifeboat-run';

/**
 * JSON for an environment variable inside a Helm value. The kubelet would expand `$(NAME)` and OpenBao's chart
 * evaluates `{{`: both characters are written as JSON escapes, which every reader of JSON undoes.
 */
export function sliceVariable(slice: RestoreSlice): string {
  return JSON.stringify(slice).replaceAll('$', '\\u0024').replaceAll('{{', '{\\u007b');
}

/** Enough for a bundle that streams; the snapshot goes to the volume. */
const INIT_RESOURCES = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } } as const;

/** What the slice names files in: store and keys, and the CA, by which lifeboat-init knows the other servers. */
function namedBySlice(config: Plan['config']): readonly PodMount[] {
  return [...storeMounts(config, 'restore'), ...unsealMounts(config), ...vaultCaMounts(config)];
}

export function initContainer({ config, facts }: Plan, slice: RestoreSlice): Values {
  const { resources, extraEnv } = config.restore.initContainer;
  return {
    name: 'lifeboat-init',
    image: imageReference(config.image),
    imagePullPolicy: config.image.pullPolicy,
    command: initCommand(facts.dataPath),
    env: [
      { name: CONFIG_VARIABLE, value: sliceVariable(slice) },
      { name: 'HOSTNAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ...extraEnv,
    ],
    volumeMounts: [
      { name: 'data', mountPath: facts.dataPath },
      { name: RUN_VOLUME, mountPath: MOUNTS.run },
      ...namedBySlice(config).map((mount) => mountOf(mount, 'read')),
    ],
    securityContext: restrictedContext(facts.rights),
    resources: resources ?? INIT_RESOURCES,
  };
}

/** What both containers of the server's image get: the runtime, the store and the keys. */
export function oursInServerImage({ config }: Plan, access: 'read' | 'write'): readonly Values[] {
  const mounts = namedBySlice(config).map((mount) => mountOf(mount, access));
  return [{ name: RUN_VOLUME, mountPath: MOUNTS.run }, ...mounts];
}

export function restoreContainer(plan: Plan): Values {
  const { config, facts } = plan;
  const { securityContext } = facts.rights;
  const resources = config.restore.restoreContainer.resources ?? facts.resources;
  return {
    name: 'lifeboat-restore',
    image: facts.image,
    imagePullPolicy: facts.imagePullPolicy,
    command: restoreCommand(facts.dataPath),
    env: facts.env,
    volumeMounts: [...facts.mounts, ...oursInServerImage(plan, 'read')],
    ...(securityContext === undefined ? {} : { securityContext }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
  };
}
