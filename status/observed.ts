/** All that was seen of one release, before anything is concluded from it. */
import type { Seen } from '../cluster/objects.ts';
import type { StoreAnswer } from '../contract/store-state.ts';
import type { Claim, CronJob, Job, Pod, StatefulSet } from './kubernetes-objects.ts';

/** Which release, and what is expected of it, as lifeboat.yaml and the user's values say. */
export interface Wanted {
  /** Of a fleet; '' where there is only this one. */
  readonly cluster: string;
  readonly name: string;
  readonly release: string;
  readonly namespace: string;
  readonly statefulSet: string;
  /** The server's container. */
  readonly container: string;
  readonly replicas: number;
  /** The program of the server, for commands that are named. */
  readonly binary: 'vault' | 'bao';
  /** Absent where lifeboat.yaml has no backups. */
  readonly backup?: { readonly namespace: string; readonly cronJob: string } | undefined;
}

export interface SeenPod {
  readonly pod: Pod;
  /** Of the container that is at work, by its name. */
  readonly logs: Readonly<Record<string, Seen<string>>>;
}

export interface Observed {
  readonly wanted: Wanted;
  readonly now: Date;
  readonly statefulSet: Seen<StatefulSet>;
  /** The StatefulSet's. */
  readonly pods: Seen<readonly SeenPod[]>;
  readonly claims: Seen<readonly Claim[]>;
  readonly cronJob: Seen<CronJob>;
  /** The CronJob's, and their pods. */
  readonly jobs: Seen<readonly Job[]>;
  readonly jobPods: Seen<readonly Pod[]>;
  readonly store: StoreAnswer;
}
