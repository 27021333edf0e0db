/** All checks of one cluster, in the order of the table. Pure: what is expected and what was seen in, answers out. */
import { type Answer, CHECKS, type CheckName } from '../../contract/doctor.ts';
import { cronJobAnswers } from './checks/cronjob.ts';
import { imageAnswers } from './checks/image.ts';
import { type Inside, insideAnswers } from './checks/inside.ts';
import { lastBackupAnswers } from './checks/last-backup.ts';
import { overlayAnswers } from './checks/overlay.ts';
import { releaseAnswers } from './checks/release.ts';
import { retryJoinAnswers } from './checks/retry-join.ts';
import { rightsAnswers } from './checks/rights.ts';
import { secretsAnswers } from './checks/secrets.ts';
import { valuesAnswers } from './checks/values.ts';
import { versionsAnswers } from './checks/versions.ts';
import type { Expected } from './expected.ts';
import type { LiveFacts } from './live-facts.ts';

export interface SeenOfCluster {
  readonly live: LiveFacts;
  readonly inside: Inside;
  /** Of the folder of -o: what render would write otherwise; undefined where none was named. */
  readonly staleFiles: readonly string[] | undefined;
}

const ORDER = Object.keys(CHECKS) as CheckName[];

/** A rehearsal beside the original takes no backups: there is no pod that could be asked, and nothing that is due. */
function applies(check: CheckName, { plan }: Expected): boolean {
  const { rehearsalOf } = plan.config.restore;
  const ofBackup = CHECKS[check].from === 'inside' || check === 'cronjob' || check === 'last-backup';
  return rehearsalOf === undefined || !ofBackup;
}

export function diagnose(
  expected: Expected,
  { live, inside, staleFiles }: SeenOfCluster,
  wanted: readonly CheckName[] = ORDER,
): readonly Answer[] {
  const facts = 'report' in inside ? inside.report.facts : undefined;
  const all = [
    ...releaseAnswers(expected, live),
    ...valuesAnswers(expected, live),
    ...overlayAnswers(expected, live, staleFiles),
    ...versionsAnswers(expected, live, facts),
    ...imageAnswers(expected, live),
    ...retryJoinAnswers(expected, live),
    ...rightsAnswers(expected, live),
    ...secretsAnswers(expected, live),
    ...cronJobAnswers(expected, live),
    ...lastBackupAnswers(expected, live),
    ...insideAnswers(expected, inside),
  ];
  return ORDER.filter((check) => wanted.includes(check) && applies(check, expected)).flatMap((check) =>
    all.filter((answer) => answer.check === check),
  );
}
