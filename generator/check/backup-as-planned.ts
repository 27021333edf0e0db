/** Our chart's CronJob and ConfigMap against the plan. Pure: the rendered objects in, findings out. */
import { BACKUP_CONFIG_FILE } from '../../contract/pod.ts';
import type { YamlSource } from '../config/yaml-source.ts';
import type { Plan } from '../plan/plan.ts';
import { difference, shown } from './difference.ts';
import type { Finding } from './finding.ts';
import { cronJobIn, type Manifest, podOf } from './manifests.ts';

function sliceIn(manifests: readonly Manifest[]): unknown {
  const text = manifests.find(({ kind, data }) => kind === 'ConfigMap' && data?.[BACKUP_CONFIG_FILE])?.data;
  try {
    return JSON.parse(text?.[BACKUP_CONFIG_FILE] ?? 'null');
  } catch {
    return undefined;
  }
}

function sentences(manifests: readonly Manifest[], { config, names, backup }: Plan): readonly string[] {
  const job = cronJobIn(manifests);
  if (job === undefined) return ['our chart renders no CronJob'];
  const planned = {
    name: names.lifeboat,
    schedule: config.backup.schedule,
    timeZone: config.backup.timeZone,
    suspend: !config.backup.enabled,
    serviceAccountName: names.serviceAccount,
    [BACKUP_CONFIG_FILE]: JSON.parse(JSON.stringify(backup)) as unknown,
  };
  const { schedule, timeZone, suspend } = job.spec;
  const { serviceAccountName } = podOf(job);
  const rendered = {
    ...{ name: job.metadata.name, schedule, timeZone, suspend, serviceAccountName },
    [BACKUP_CONFIG_FILE]: sliceIn(manifests),
  };
  const found = difference(planned, rendered);
  if (found === undefined) return [];
  const what = found.path.slice(1);
  return [
    `${what} of the backup: planned is ${shown(found.wanted)}, and our chart renders ${shown(found.got)}`,
  ];
}

export function backupFindings(
  manifests: readonly Manifest[],
  plan: Plan,
  source: YamlSource,
): readonly Finding[] {
  return sentences(manifests, plan).map((sentence) => ({
    ...source.at(['backup'], sentence),
    rule: 'backup-as-planned',
    level: 'error',
  }));
}
