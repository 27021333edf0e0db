/** What a policy looks at, and what it answers. */
import type { Path } from '../../config/yaml-source.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RenderedFile } from '../../render/file.ts';
import type { Level } from '../finding.ts';
import {
  type Container,
  cronJobIn,
  type Manifest,
  type PodSpec,
  podOf,
  statefulSetIn,
} from '../manifests.ts';

export interface PolicyView {
  readonly plan: Plan;
  readonly files: readonly RenderedFile[];
  /** What the official chart renders with the user's values and ours. */
  readonly official: readonly Manifest[];
  /** What our chart renders. */
  readonly own: readonly Manifest[];
}

export interface Violation {
  readonly message: string;
  /** Where in lifeboat.yaml it is decided. */
  readonly path: Path;
  readonly level?: Level;
}

export type Policy = (view: PolicyView) => readonly Violation[];

export interface PodOfOurs {
  /** `StatefulSet/vault` */
  readonly object: string;
  readonly pod: PodSpec;
  /** Those that run our image. */
  readonly containers: readonly Container[];
  readonly path: Path;
}

/** The pods in which something of ours runs. */
export function podsOfOurs({ official, own }: PolicyView): readonly PodOfOurs[] {
  const set = statefulSetIn(official);
  const job = cronJobIn(own);
  const pods: PodOfOurs[] = [];
  if (set !== undefined) {
    const pod = set.spec.template.spec;
    const containers = (pod.initContainers ?? []).filter(({ name }) => name === 'lifeboat-init');
    pods.push({ object: `StatefulSet/${set.metadata.name}`, pod, containers, path: ['release', 'values'] });
  }
  if (job !== undefined) {
    const pod = podOf(job);
    pods.push({
      object: `CronJob/${job.metadata.name}`,
      pod,
      containers: pod.containers,
      path: ['backup', 'pod'],
    });
  }
  return pods;
}
