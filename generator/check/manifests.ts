/** What Helm prints, read as Kubernetes reads it, and the few parts of a manifest that the checks look at. */
import { parseAllDocuments } from 'yaml';
import { HELM_YAML } from '../config/yaml-documents.ts';

export interface EnvEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}

export interface MountEntry {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvEntry[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly MountEntry[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: unknown;
  readonly lifecycle?: { readonly postStart?: { readonly exec?: { readonly command?: readonly string[] } } };
}

export interface VolumeEntry {
  readonly name: string;
  readonly secret?: { readonly secretName?: string; readonly optional?: boolean };
  readonly configMap?: { readonly name?: string; readonly optional?: boolean };
  readonly hostPath?: unknown;
  readonly projected?: unknown;
}

export interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly VolumeEntry[];
  readonly imagePullSecrets?: readonly unknown[];
  readonly serviceAccountName?: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>> | null;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  /** Of a Role. */
  readonly rules?: readonly { readonly verbs?: readonly string[]; readonly resources?: readonly string[] }[];
}

export interface StatefulSet extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly podManagementPolicy?: string;
    readonly serviceName: string;
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export interface CronJob extends Manifest {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
}

/** The objects of one text of Helm's, in its order. */
export function readManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text, HELM_YAML)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export function statefulSetIn(manifests: readonly Manifest[]): StatefulSet | undefined {
  return manifests.find(({ kind }) => kind === 'StatefulSet') as StatefulSet | undefined;
}

export function cronJobIn(manifests: readonly Manifest[]): CronJob | undefined {
  return manifests.find(({ kind }) => kind === 'CronJob') as CronJob | undefined;
}

export function podOf(job: CronJob): PodSpec {
  return job.spec.jobTemplate.spec.template.spec;
}

/** The server's own container: the charts name it for their product. */
export function serverIn(set: StatefulSet, product: string): Container | undefined {
  return set.spec.template.spec.containers.find(({ name }) => name === product);
}
