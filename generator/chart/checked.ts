/** What every check of the values is given. */
import type { Config } from '../config/config.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { ServerFacts } from './server-facts.ts';
import type { UserValues } from './user-values.ts';

export interface Checked {
  readonly facts: ServerFacts;
  readonly config: Config;
  readonly source: YamlSource;
  readonly user: UserValues;
}

/** The way out where a restore is what the values do not allow. */
export const BACKUPS_ONLY = 'restore.enabled: false gives backups only.';
