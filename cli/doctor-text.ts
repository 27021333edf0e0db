/** A diagnosis for people: one line a check, below a finding what mends it, and one line of sums. */
import type { Answer } from '../contract/doctor.ts';
import type { Diagnosis } from './commands/doctor.ts';

const WORDS = { ok: 'ok', finding: 'FINDING', unknown: 'not seen' } as const;
const COLOURS = { ok: 32, finding: 31, unknown: 33 } as const;
const RESULT_WIDTH = 8;

function lines({ check, result, seen, fix }: Answer, width: number, colour: boolean): string {
  const word = WORDS[result].padEnd(RESULT_WIDTH);
  const told = colour ? `\u001b[${COLOURS[result]}m${word}\u001b[0m` : word;
  const next =
    fix === undefined || result === 'ok' ? '' : `${' '.repeat(RESULT_WIDTH + width + 4)}next: ${fix}\n`;
  return `${told}  ${check.padEnd(width)}  ${seen}\n${next}`;
}

function summary(answers: readonly Answer[]): string {
  const count = (result: Answer['result']): number => answers.filter((one) => one.result === result).length;
  const [findings, unseen] = [count('finding'), count('unknown')];
  if (findings === 0 && unseen === 0) return 'All is well.\n';
  const parts = [
    ...(findings === 0 ? [] : [`${findings} finding${findings === 1 ? '' : 's'}`]),
    ...(unseen === 0 ? [] : [`${unseen} not seen, which is no "ok"`]),
  ];
  return `${parts.join(', ')}.\n`;
}

export function doctorText(found: readonly Diagnosis[], colour: boolean): string {
  const all = found.flatMap(({ answers }) => answers);
  const width = Math.max(0, ...all.map(({ check }) => check.length));
  const texts = found.map(({ cluster, release, answers }) => {
    const title = `${cluster === '' ? '' : `${cluster}: `}release ${release}\n`;
    return `${title}${answers.map((answer) => lines(answer, width, colour)).join('')}`;
  });
  return `${texts.join('\n')}\n${summary(all)}`;
}
