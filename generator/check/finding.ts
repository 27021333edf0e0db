/** What `lifeboat check` says: findings, each with its rule and the place in the user's own file, and a row for each check. */
import type { Problem } from '../config/problem.ts';

/** The names of what can be found. They stand in JUnit and SARIF, and are documented in docs/ci.md: never rename one. */
export const RULES = {
  configuration: 'lifeboat.yaml and the values it names are valid and agree.',
  'configuration-warning': 'Nothing in the configuration is known to surprise.',
  'official-chart-renders': 'Helm renders the official chart with your values and ours.',
  'value-arrives':
    'Each value that we emit stands in what the official chart renders, where it belongs and unchanged.',
  'server-as-planned':
    'The names, paths and addresses that were derived are those that the official chart renders.',
  'restore-sees-the-server': 'The restore has the image, environment, mounts and rights of the server.',
  'own-chart-renders': 'Helm renders our chart with lifeboat-values.yaml.',
  'backup-as-planned': 'The CronJob is named, timed and configured as planned.',
  'kubernetes-types': 'Each object has only fields that the API server knows, of the right type.',
  'restricted-containers': 'Containers of our image run without privileges, on a read-only root.',
  'no-host-access': 'No pod of ours shares a namespace or a path with its node.',
  'no-literal-secret': 'No variable of a container of ours holds a secret.',
  'secrets-optional': 'No pod waits for a Secret or ConfigMap that we mount: lifeboat says what is missing.',
  'either-chart-first': 'Neither chart refers to an object that only the other one makes.',
  'one-backup-at-a-time': 'Two backups never run at once.',
  'network-policy': 'The backup reaches Vault, the store and the name service, and nothing reaches it.',
  'image-pinned': 'Images are named by digest, or by a tag of one whole version.',
  'policy-least-privilege': 'The backup may change nothing in Vault.',
  'bucket-least-privilege': 'Each identity writes below its own folder of the bucket only.',
  'cluster-least-privilege': 'In the cluster the server may look at a few objects, and never at Secrets.',
  'out-up-to-date': 'The out folder holds what the configuration renders now.',
} as const;

export type Rule = keyof typeof RULES;
/** A warning is told, and fails the run only with --strict. */
export type Level = 'error' | 'warning';

export interface Finding extends Problem {
  readonly rule: Rule;
  readonly level: Level;
}

export interface CheckRow {
  /** The cluster's name; '' where it is not known yet. */
  readonly cluster: string;
  readonly check: string;
  /** Why it did not run; undefined where it did. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
  readonly milliseconds: number;
}

export type Result = 'ok' | 'failed' | 'warned' | 'skipped';

export function resultOf({ skipped, findings }: CheckRow): Result {
  if (findings.some(({ level }) => level === 'error')) return 'failed';
  if (findings.length > 0) return 'warned';
  return skipped === undefined ? 'ok' : 'skipped';
}
