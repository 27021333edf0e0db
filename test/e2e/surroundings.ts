/**
 * What a scenario must know of the cluster that it runs on. The run chose the cluster and says it in one variable; a
 * process without it is on the own node.
 */
import { ADDRESSES, FILES } from './node/layout.ts';
import { STORAGE_CLASS } from './node/provisioner.ts';

export interface ImageName {
  readonly repository: string;
  readonly tag: string;
}

export interface Surroundings {
  readonly cluster: 'own node' | 'kind' | 'given';
  /** Without it the cluster's default class. */
  readonly storageClass?: string;
  /** The address of this machine at which pods reach a server of a test, the store above all. */
  readonly storeHost: string;
  /** Whether the test process reaches a pod by its address, or by kubectl port-forward. */
  readonly podAddresses: 'direct' | 'forwarded';
  readonly pullPolicy: 'Never' | 'IfNotPresent';
  /** Where they are not the images that this machine makes for its own node. */
  readonly images?: Readonly<Record<'lifeboat' | 'vault' | 'openbao', ImageName>>;
  /** The folder of this machine that holds the volumes of the claims, one folder each. */
  readonly volumesFolder?: string;
  /** Where this machine can reach what runs the containers. */
  readonly containerdSocket?: string;
}

const VARIABLE = 'LIFEBOAT_E2E_SURROUNDINGS';

export const OWN_NODE: Surroundings = {
  cluster: 'own node',
  storageClass: STORAGE_CLASS,
  storeHost: ADDRESSES.node,
  podAddresses: 'direct',
  pullPolicy: 'Never',
  volumesFolder: FILES.volumes,
  containerdSocket: FILES.containerdSocket,
};

export function surroundings(env: NodeJS.ProcessEnv = process.env): Surroundings {
  const said = env[VARIABLE];
  return said === undefined ? OWN_NODE : (JSON.parse(said) as Surroundings);
}

/** For a process that runs a scenario. */
export function environmentOf(where: Surroundings): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(where) };
}
