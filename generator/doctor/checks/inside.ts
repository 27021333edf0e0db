/** What came out of the backup's own pod, with the user's own names, and what only both sides together can tell. */
import {
  type Answer,
  CHECKS,
  type CheckName,
  finding,
  type InsideReport,
  unknown,
} from '../../../contract/doctor.ts';
import type { Expected } from '../expected.ts';
import { sealAnswers } from './seal.ts';

/** What the pod was asked for, or why it could not be asked. */
export type Inside =
  | {
      readonly report: InsideReport;
      /** This machine's clock before the pod was there and after its word came. */
      readonly began: Date;
      readonly ended: Date;
    }
  | { readonly why: string; readonly fix: string };

const TOLERANCE_MS = 60_000;

/** The pod spoke some time between two moments of this machine. */
export function clockAnswers(time: string, began: Date, ended: Date): readonly Answer[] {
  const pod = new Date(time).getTime();
  const early = began.getTime() - TOLERANCE_MS - pod;
  const late = pod - ended.getTime() - TOLERANCE_MS;
  if (early <= 0 && late <= 0) return [];
  const seconds = Math.round((Math.max(early, late) + TOLERANCE_MS) / 1000);
  return [
    finding(
      'clock',
      `this machine is ${seconds} s ${early > 0 ? 'ahead of' : 'behind'} the pod`,
      'compare `date -u` here and on the node, and set right the one that is off: chronyc makestep (or timedatectl set-ntp true)',
    ),
  ];
}

/** The names of the checks that only the pod can answer. */
const INSIDE = (Object.keys(CHECKS) as CheckName[]).filter((name) => CHECKS[name].from === 'inside');

export function insideAnswers(expected: Expected, inside: Inside): readonly Answer[] {
  if (!('report' in inside)) return INSIDE.map((check) => unknown(check, inside.why, inside.fix));
  const { report, began, ended } = inside;
  const clocks = clockAnswers(report.facts.time, began, ended);
  const told = report.answers
    .filter(({ check, result }) => !(check === 'clock' && result !== 'finding' && clocks.length > 0))
    .map((answer) =>
      answer.fix === undefined ? answer : { ...answer, fix: expected.commands.named(answer.fix) },
    );
  return [...told, ...clocks, ...sealAnswers(expected, report.facts)];
}
