/** All policies, by the name of their rule. Pure: what was rendered in, findings out. */
import type { YamlSource } from '../../config/yaml-source.ts';
import type { Finding, Rule } from '../finding.ts';
import { networkPolicy, oneBackupAtATime } from './backup-job.ts';
import { eitherChartFirst } from './charts-apart.ts';
import { noHostAccess, noLiteralSecret, restrictedContainers, secretsOptional } from './containers.ts';
import { imagePinned } from './images.ts';
import { bucketLeastPrivilege, clusterLeastPrivilege, policyLeastPrivilege } from './rights.ts';
import type { Policy, PolicyView } from './view.ts';

const POLICIES = {
  'restricted-containers': restrictedContainers,
  'no-host-access': noHostAccess,
  'no-literal-secret': noLiteralSecret,
  'secrets-optional': secretsOptional,
  'either-chart-first': eitherChartFirst,
  'one-backup-at-a-time': oneBackupAtATime,
  'network-policy': networkPolicy,
  'image-pinned': imagePinned,
  'policy-least-privilege': policyLeastPrivilege,
  'bucket-least-privilege': bucketLeastPrivilege,
  'cluster-least-privilege': clusterLeastPrivilege,
} as const satisfies Partial<Record<Rule, Policy>>;

export function policyFindings(view: PolicyView, source: YamlSource): readonly Finding[] {
  return Object.entries(POLICIES).flatMap(([rule, policy]: [string, Policy]) =>
    policy(view).map(({ message, path, level = 'error' }) => ({
      ...source.at(path, message),
      rule: rule as Rule,
      level,
    })),
  );
}
