/** Is the seal in the configuration that of the live server and of the newest snapshot? Another one opens neither. */
import { type Answer, finding, type InsideFacts, ok, unknown } from '../../../contract/doctor.ts';
import type { Expected } from '../expected.ts';

const SHAMIR = 'shamir';

/** As the configuration has it: a type, or undefined where that cannot be seen from the values. */
function configured({ plan }: Expected): string | undefined {
  const { sealType, configProblem, hasUnseenConfig } = plan.facts;
  if (sealType !== undefined) return sealType;
  return configProblem !== undefined || hasUnseenConfig ? undefined : SHAMIR;
}

export function sealAnswers(expected: Expected, { server, snapshot }: InsideFacts): readonly Answer[] {
  const { commands } = expected;
  const check = 'seal';
  const wanted = configured(expected);
  const told = [
    ...(wanted === undefined ? [] : [`the values say ${wanted}`]),
    ...(server === undefined ? [] : [`the live server ${server.seal}`]),
    ...(snapshot === undefined ? [] : [`the newest snapshot ${snapshot.seal}`]),
  ].join(', ');
  if (server !== undefined && wanted !== undefined && server.seal !== wanted)
    return [
      finding(
        check,
        `${told}: the server comes back with another seal at its next start, and stays sealed`,
        `migrate the seal with unseal -migrate before the pod restarts, and then take a backup; or take the seal out of your values: ${commands.render} && ${commands.server}`,
      ),
    ];
  if (snapshot !== undefined && (server?.seal ?? wanted ?? snapshot.seal) !== snapshot.seal)
    return [
      finding(
        check,
        `${told}: a restore of that snapshot under the present seal is refused`,
        `take a backup with the present seal: ${commands.firstBackup}`,
      ),
    ];
  if (server === undefined)
    return [unknown(check, `the server told no seal; ${told}`, 'mend what is said of the server first')];
  if (snapshot === undefined)
    return [unknown(check, `no snapshot to compare with; ${told}`, 'mend what is said of the bucket first')];
  return [ok(check, told)];
}
