/** What the schema cannot say: schedules, time zones, names that grow too long, volumes that cannot be shared. */

import { isMap } from '../chart/values.ts';
import { identityProblems } from './check-identities.ts';
import { cronProblem } from './cron.ts';
import { labelProblems } from './label-names.ts';
import type { Problem } from './problem.ts';
import { releaseProblems } from './release-checks.ts';
import { at, textAt } from './value-at.ts';
import { variableProblems } from './variable-problems.ts';
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

const SINGLE_NODE_MODES = ['ReadWriteOnce', 'ReadWriteOncePod'];

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

function directoryProblems(source: YamlSource): readonly Problem[] {
  const volume = at(source, 'store', 'directory', 'volume');
  if (typeof volume !== 'object' || volume === null) return [];
  const problems: Problem[] = [];
  const kind = Object.keys(volume)[0] ?? '';
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
    const mode = textAt(source, 'store', 'directory', 'accessMode');
    if (mode !== undefined && SINGLE_NODE_MODES.includes(mode)) {
      problems.push(
        source.at(
          ['store', 'directory', 'accessMode'],
          `a claim of access mode ${mode} is mounted on one node at a time, and the backup and the server pods mount this one together, from several`,
          {
            hint: 'Use a claim of access mode ReadWriteMany, or another store: s3, gcs, azure.',
          },
        ),
      );
    }
    if (at(source, 'store', 'directory', 'accessMode') === undefined) {
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
    const namespace = textAt(source, 'backup', 'namespace');
    const server = textAt(source, 'release', 'namespace');
    if (namespace !== undefined && namespace !== server && at(source, 'restore', 'enabled') !== false) {
      problems.push(
        source.at(
          ['backup', 'namespace'],
          `a claim belongs to one namespace, and ${namespace} is not ${server ?? ''}`,
          {
            hint: 'Leave backup.namespace out, or use a volume that two namespaces can mount, such as nfs.',
          },
        ),
      );
    }
  }
  const mount = textAt(source, 'store', 'directory', 'path') ?? '/lifeboat/snapshots';
  if (mount === '/lifeboat' || /^\/lifeboat\/(?!snapshots\/)/.test(`${mount}/`)) {
    problems.push(
      source.at(['store', 'directory', 'path'], `${mount} is taken by lifeboat itself`, {
        hint: 'Leave it out, or choose a path outside of /lifeboat.',
      }),
    );
  }
  return problems;
}

function scheduleProblems(source: YamlSource): readonly Problem[] {
  const problems: Problem[] = [];
  const schedule = textAt(source, 'backup', 'schedule');
  const cron = schedule === undefined ? undefined : cronProblem(schedule);
  if (cron !== undefined) {
    problems.push(source.at(['backup', 'schedule'], cron.message, { hint: cron.hint }));
  }
  const zone = textAt(source, 'backup', 'timeZone');
  if (zone !== undefined && !validTimeZone(zone)) {
    problems.push(
      source.at(['backup', 'timeZone'], `"${zone}" is no time zone`, {
        hint: 'Name it as the tz database does: Etc/UTC, Europe/Berlin.',
      }),
    );
  }
  return problems;
}

/** Where the values cannot tell the seal, lifeboat.yaml says it; where they can, they are asked. */
function sealProblems(source: YamlSource): readonly Problem[] {
  if (at(source, 'vault', 'seal') !== 'auto' || !isMap(at(source, 'restore', 'unseal'))) return [];
  const message = 'vault.seal is auto: the server unseals itself, so there are no shares to name';
  return [source.at(['restore', 'unseal'], message, { key: true, hint: 'Remove restore.unseal.' })];
}

/** Commands of a rehearsal end in taking it away: they must never name the original. */
function rehearsalProblems(source: YamlSource): readonly Problem[] {
  if (at(source, 'restore', 'rehearsalOf') === undefined) return [];
  const place = ['restore', 'rehearsalOf'];
  if (at(source, 'restore', 'enabled') === false) {
    const message = 'a rehearsal is a restore, and restore.enabled is false';
    return [source.at(place, message, { key: true, hint: 'Remove one of them.' })];
  }
  const same = (key: string): boolean =>
    textAt(source, 'release', key) === textAt(source, 'restore', 'rehearsalOf', key);
  if (!same('name') || !same('namespace')) return [];
  const message =
    'release.name and release.namespace are those of the original, which would become its own rehearsal';
  const hint = 'Give the rehearsal a namespace of its own, in another cluster too.';
  return [source.at(place, message, { key: true, hint })];
}

/** All that is wrong besides the form; the file need not have passed the schema, so that one run names everything. */
export function configProblems(source: YamlSource): readonly Problem[] {
  const problems: Problem[] = [
    ...directoryProblems(source),
    ...scheduleProblems(source),
    ...variableProblems(source),
    ...identityProblems(source),
    ...releaseProblems(source),
    ...sealProblems(source),
    ...rehearsalProblems(source),
    ...labelProblems(source),
  ];
  const cronJob = cronJobName(textAt(source, 'release', 'name') ?? '');
  if (cronJob.length > CRONJOB_NAME_LIMIT) {
    problems.push(
      source.at(
        ['release', 'name'],
        `the CronJob would be named ${cronJob.slice(0, 70)}: ${cronJob.length} characters, and Kubernetes allows ${CRONJOB_NAME_LIMIT}`,
        { hint: 'Give the release a shorter name.' },
      ),
    );
  }
  const tls = at(source, 'vault', 'tls');
  if (typeof tls === 'object' && tls !== null && Object.keys(tls).length === 0) {
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
