/** What `lifeboat doctor` looks at in a cluster: one release with its backup, each part with why it is not known. */
import type { Seen } from '../../cluster/objects.ts';
import type { CronJob, Manifest, PodSpec, StatefulSet } from '../check/manifests.ts';
import type { NeededObject } from '../plan/needed-objects.ts';

export interface Labelled {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

export interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

export interface Pod {
  readonly metadata: Labelled;
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status?: {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface LiveStatefulSet extends StatefulSet {
  readonly metadata: StatefulSet['metadata'] & Labelled;
  readonly spec: StatefulSet['spec'] & {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
}

export interface LiveCronJob extends CronJob {
  readonly metadata: CronJob['metadata'] & Labelled;
  readonly spec: CronJob['spec'] & {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
          readonly spec: PodSpec;
        };
      };
    };
  };
  readonly status?: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string };
}

export interface Job {
  readonly metadata: Labelled;
  readonly status?: {
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

export interface Binding {
  readonly roleRef: { readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

export interface LiveFacts {
  readonly set: Seen<LiveStatefulSet>;
  /** The server's configuration as the chart put it into its ConfigMap. */
  readonly serverConfig: Seen<ConfigMap>;
  /** Of the server. */
  readonly pods: Seen<readonly Pod[]>;
  readonly cronJob: Seen<LiveCronJob>;
  readonly backupConfig: Seen<ConfigMap>;
  readonly jobs: Seen<readonly Job[]>;
  /** Of the backup's Jobs. */
  readonly backupPods: Seen<readonly Pod[]>;
  /** Each object of rbac.yaml. */
  readonly rights: readonly { readonly wanted: Manifest; readonly live: Seen<Manifest> }[];
  /** Who may have tokens reviewed; read only where the backup's login needs it. */
  readonly bindings: Seen<readonly Binding[]> | undefined;
  /** The keys of each Secret and ConfigMap, never what is in them. */
  readonly needed: readonly { readonly object: NeededObject; readonly keys: Seen<readonly string[]> }[];
  /** Of this machine. */
  readonly now: Date;
}
