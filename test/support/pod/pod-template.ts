/**
 * The server's pod as the stand-in needs it: out of a rendered StatefulSet of the official chart, or, where the chart
 * cannot be had, out of vault-values.yaml itself with a server container as the chart makes it.
 */

export interface EnvEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
  };
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvEntry[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean };
  readonly lifecycle?: { readonly postStart?: { readonly exec: { readonly command: readonly string[] } } };
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly secret?: {
    readonly secretName: string;
    readonly optional?: boolean;
    readonly defaultMode?: number;
  };
  readonly configMap?: { readonly name: string };
  readonly hostPath?: { readonly path: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface PodTemplate {
  readonly name: string;
  readonly namespace: string;
  readonly initContainers: readonly Container[];
  readonly server: Container;
  readonly volumes: readonly Volume[];
  /** Names of the claim templates. */
  readonly claims: readonly string[];
}

interface StatefulSet {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers?: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes?: readonly Volume[];
      };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export function podOfStatefulSet(rendered: unknown): PodTemplate {
  const { metadata, spec } = rendered as StatefulSet;
  const pod = spec.template.spec;
  const server = pod.containers[0];
  if (server === undefined) throw new Error('the StatefulSet has no container');
  return {
    name: `${metadata.name}-0`,
    namespace: metadata.namespace,
    initContainers: pod.initContainers ?? [],
    server,
    volumes: pod.volumes ?? [],
    claims: (spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata.name),
  };
}

interface Overlay {
  readonly server: {
    readonly extraInitContainers: readonly Container[];
    readonly volumes: readonly Volume[];
    readonly postStart: readonly string[];
  };
}

/** The chart's own start line, shortened to what the stand-in fills. */
function startLine(product: 'vault' | 'openbao'): string {
  const binary = product === 'vault' ? 'vault' : 'bao';
  const fill = ['HOST_IP', 'POD_IP', 'HOSTNAME', 'API_ADDR', 'TRANSIT_ADDR', 'RAFT_ADDR'].map(
    (name) => `[ -n "\${${name}}" ] && sed -Ei "s|${name}|\${${name}?}|g" /tmp/storageconfig.hcl;`,
  );
  return [
    `cp /${product}/config/extraconfig-from-values.hcl /tmp/storageconfig.hcl;`,
    ...fill,
    `/usr/local/bin/docker-entrypoint.sh ${binary} server -config=/tmp/storageconfig.hcl`,
  ].join('\n');
}

/** Without the chart: containers and hook as the overlay has them; the second init container mirrors the server's environment. */
export function podOfOverlay(
  overlay: unknown,
  product: 'vault' | 'openbao',
  release: string,
  namespace: string,
): PodTemplate {
  const { extraInitContainers, volumes, postStart } = (overlay as Overlay).server;
  const restore = extraInitContainers.find(({ name }) => name === 'lifeboat-restore');
  if (restore === undefined) throw new Error('vault-values.yaml has no init container lifeboat-restore');
  return {
    name: `${release}-0`,
    namespace,
    initContainers: extraInitContainers,
    server: {
      name: product,
      image: restore.image,
      command: ['/bin/sh', '-ec'],
      args: [startLine(product)],
      env: restore.env ?? [],
      volumeMounts: restore.volumeMounts ?? [],
      lifecycle: { postStart: { exec: { command: postStart } } },
    },
    volumes: [
      ...volumes,
      { name: 'home', emptyDir: {} },
      { name: 'config', configMap: { name: `${release}-config` } },
    ],
    claims: ['data'],
  };
}
