/** What the schema cannot say: schedules, time zones, names that grow too long, volumes that cannot be shared. */
import { withDefaults } from './config.ts';
import { cronProblem } from './cron.ts';
import { looksLikeSecretVariable } from './inline-secrets.ts';
import type { Problem } from './problem.ts';
import type { ConfigInput } from './schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** Kubernetes appends eleven characters to a CronJob's name for its Jobs. */
const CRONJOB_NAME_LIMIT = 52;

/** Volumes that die with the pod, or that cannot be written. */
const UNFIT_VOLUMES: Readonly<Record<string, string>> = {
  emptyDir: 'dies with its pod',
  ephemeral: 'dies with its pod',
  configMap: 'cannot be written',
  secret: 'cannot be written',
  downwardAPI: 'cannot be written',
  projected: 'cannot be written',
  image: 'cannot be written',
};

function validTimeZone(name: string): boolean {
  // A CronJob refuses "Local", and offsets are no zones of the tz database.
  if (name === 'Local' || /^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function directoryProblems(source: YamlSource, input: ConfigInput): readonly Problem[] {
  const directory = input.store.directory;
  if (directory === undefined) return [];
  const problems: Problem[] = [];
  const kind = Object.keys(directory.volume)[0] ?? '';
  const path = ['store', 'directory', 'volume', kind];
  const why = UNFIT_VOLUMES[kind];
  if (why !== undefined) {
    problems.push(
      source.at(
        path,
        `a volume of kind ${kind} ${why}: snapshots on it would not be there when they are needed`,
        {
          key: true,
          hint: 'Use a volume that outlives the pods and is shared: nfs, csi, or a persistentVolumeClaim of access mode ReadWriteMany.',
        },
      ),
    );
  }
  if (kind === 'persistentVolumeClaim') {
    if (directory.accessMode === undefined) {
      problems.push(
        source.at(
          path,
          'the backup and the server pods mount this claim at the same time, perhaps on different nodes',
          {
            key: true,
            hint: 'Use a claim of access mode ReadWriteMany and say so: store.directory.accessMode: ReadWriteMany.',
          },
        ),
      );
    }
    const namespace = input.backup?.namespace;
    if (
      namespace !== undefined &&
      namespace !== input.release.namespace &&
      input.restore?.enabled !== false
    ) {
      problems.push(
        source.at(
          ['backup', 'namespace'],
          `a claim belongs to one namespace, and ${namespace} is not ${input.release.namespace}`,
          {
            hint: 'Leave backup.namespace out, or use a volume that two namespaces can mount, such as nfs.',
          },
        ),
      );
    }
  }
  const mount = directory.path ?? '/lifeboat/snapshots';
  if (/^\/lifeboat\/(?!snapshots(?:\/|$))/.test(`${mount}/`) || mount === '/lifeboat') {
    problems.push(
      source.at(['store', 'directory', 'path'], `${mount} is taken by lifeboat itself`, {
        hint: 'Leave it out, or choose a path outside of /lifeboat.',
      }),
    );
  }
  return problems;
}

/** All that is wrong in a file that has passed the schema. */
export function configProblems(source: YamlSource, input: ConfigInput): readonly Problem[] {
  const problems: Problem[] = [...directoryProblems(source, input)];
  const config = withDefaults(input);
  const cron = cronProblem(config.backup.schedule);
  if (cron !== undefined) {
    problems.push(source.at(['backup', 'schedule'], cron.message, { hint: cron.hint }));
  }
  if (!validTimeZone(config.backup.timeZone)) {
    problems.push(
      source.at(['backup', 'timeZone'], `"${config.backup.timeZone}" is no time zone`, {
        hint: 'Name it as the tz database does: Etc/UTC, Europe/Berlin.',
      }),
    );
  }
  const cronJob = cronJobName(config.release.name);
  if (cronJob.length > CRONJOB_NAME_LIMIT) {
    problems.push(
      source.at(
        ['release', 'name'],
        `the CronJob would be named ${cronJob}: ${cronJob.length} characters, and Kubernetes allows ${CRONJOB_NAME_LIMIT}`,
        { hint: 'Give the release a shorter name.' },
      ),
    );
  }
  for (const [index, variable] of (input.backup?.pod?.extraEnv ?? []).entries()) {
    const value: unknown = variable.value;
    if (typeof value === 'string' && looksLikeSecretVariable(variable.name, value)) {
      problems.push(
        source.at(
          ['backup', 'pod', 'extraEnv', index],
          `${variable.name} looks like a secret and is written as plain text`,
          {
            key: true,
            hint: 'Use valueFrom: {secretKeyRef: {name: ..., key: ...}}.',
          },
        ),
      );
    }
  }
  if (
    config.tls?.ca === undefined &&
    config.tls?.serverName === undefined &&
    input.vault?.tls !== undefined
  ) {
    problems.push(
      source.at(['vault', 'tls'], 'vault.tls is empty', { hint: 'Remove it, or set ca or serverName.' }),
    );
  }
  return problems;
}

/** Name of our chart's release and of the CronJob in it. */
export function cronJobName(release: string): string {
  return `${release}-lifeboat`;
}
