/** The decisions of one render: names, addresses, mounts and the two slices. Pure: Config and ServerFacts in, Plan out. */
import type { BackupSlice, RestoreSlice } from '../../contract/slice.ts';
import type { ServerFacts } from '../chart/server-facts.ts';
import { cronJobName } from '../config/checks.ts';
import type { Config } from '../config/config.ts';
import { backupSlice } from './backup-slice.ts';
import { restoreSlice } from './restore-slice.ts';

export interface Names {
  /** Helm release of our chart, its CronJob and other objects. */
  readonly lifeboat: string;
  readonly serviceAccount: string;
  /** Policy in Vault. */
  readonly policy: string;
  readonly role: string;
  /** Objects of rbac.yaml in the server's namespace, and those of the whole cluster. */
  readonly rbac: string;
  readonly clusterRbac: string;
}

export interface Plan {
  readonly config: Config;
  readonly facts: ServerFacts;
  readonly names: Names;
  readonly restore: RestoreSlice | undefined;
  readonly backup: BackupSlice;
  /** First line of every file: what made it, out of what. */
  readonly header: string;
}

function namesOf(config: Config, facts: ServerFacts): Names {
  const { auth, serviceAccount } = config.backup;
  const { role } = 'kubernetes' in auth ? auth.kubernetes : auth.approle;
  return {
    lifeboat: cronJobName(config.release.name),
    serviceAccount: serviceAccount.name,
    policy: 'lifeboat-backup',
    role,
    rbac: `${facts.fullname}-lifeboat`,
    clusterRbac: `${config.release.namespace}-${facts.fullname}-lifeboat`,
  };
}

export function planOf(config: Config, facts: ServerFacts, header: string): Plan {
  return {
    config,
    facts,
    names: namesOf(config, facts),
    restore: config.restore.enabled ? restoreSlice(config, facts) : undefined,
    backup: backupSlice(config, facts),
    header,
  };
}
