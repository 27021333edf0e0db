/** Is the CronJob there, as it is rendered now, and not suspended? */
import { type Answer, finding, ok } from '../../../contract/doctor.ts';
import { BACKUP_CONFIG_FILE } from '../../../contract/pod.ts';
import { difference, shown } from '../../check/difference.ts';
import { podOf } from '../../check/manifests.ts';
import type { Expected } from '../expected.ts';
import type { LiveCronJob, LiveFacts } from '../live-facts.ts';
import { withSeen } from '../unseen.ts';

export function cronJobOf({ plan }: Expected) {
  const { namespace } = plan.config.backup;
  return {
    what: `the CronJob ${namespace}/${plan.names.lifeboat}`,
    right: `get cronjobs.batch -n ${namespace}`,
  };
}

function asJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function ofConfig(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { plan, commands } = expected;
  const check = 'cronjob';
  const { namespace } = plan.config.backup;
  const what = `the ConfigMap ${namespace}/${plan.names.lifeboat}`;
  const fix = `${commands.render} && ${commands.backup}`;
  return withSeen(
    live.backupConfig,
    { check, what, right: `get configmaps -n ${namespace}` },
    expected,
    ({ data }) => {
      const wanted: unknown = JSON.parse(JSON.stringify(plan.backup));
      const off = difference(wanted, asJson(data?.[BACKUP_CONFIG_FILE]));
      if (off === undefined) return [];
      const where = off.path === '' ? 'the whole' : off.path.slice(1);
      return [
        finding(
          check,
          `the backup runs with ${where} ${shown(off.got)}, and lifeboat.yaml says ${shown(off.wanted)}`,
          fix,
        ),
      ];
    },
    () => [finding(check, `${what} with the backup's configuration is not there`, fix)],
  );
}

function ofSpec(expected: Expected, cronJob: LiveCronJob): readonly Answer[] {
  const { plan, commands } = expected;
  const { backup } = plan.config;
  const check = 'cronjob';
  const { what } = cronJobOf(expected);
  const { schedule, timeZone, suspend = false } = cronJob.spec;
  const planned = {
    schedule: backup.schedule,
    timeZone: backup.timeZone,
    account: plan.names.serviceAccount,
  };
  const off = difference(planned, { schedule, timeZone, account: podOf(cronJob).serviceAccountName });
  const found: Answer[] = [];
  if (suspend && backup.enabled)
    found.push(
      finding(
        check,
        `${what} is suspended: no backup is taken`,
        commands.kubectl(
          `patch cronjob ${plan.names.lifeboat} -n ${backup.namespace} -p '{"spec":{"suspend":false}}'`,
        ),
      ),
    );
  if (off !== undefined)
    found.push(
      finding(
        check,
        `${what} has ${off.path.slice(1)} ${shown(off.got)}, and lifeboat.yaml says ${shown(off.wanted)}`,
        `${commands.render} && ${commands.backup}`,
      ),
    );
  return found;
}

export function cronJobAnswers(expected: Expected, live: LiveFacts): readonly Answer[] {
  const { commands, plan } = expected;
  const check = 'cronjob';
  const looked = { check, ...cronJobOf(expected) } as const;
  return withSeen(
    live.cronJob,
    looked,
    expected,
    (cronJob) => {
      const found = [...ofSpec(expected, cronJob), ...ofConfig(expected, live)];
      if (found.length > 0) return found;
      const runs = plan.config.backup.enabled
        ? `runs at ${cronJob.spec.schedule}`
        : 'is suspended, as lifeboat.yaml says';
      return [ok(check, `${looked.what} ${runs}`)];
    },
    () => [finding(check, `${looked.what} is not there: no backup is taken`, commands.backup)],
  );
}
