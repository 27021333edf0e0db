/** `--format NAME[,NAME...]`, once or several times. */
import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../generator/config/nearest.ts';
import {
  FORMAT_CHOICES,
  FORMAT_NAMES,
  FORMATS_IN_WORDS,
  type FormatChoice,
  type FormatName,
} from '../generator/formats/format-names.ts';

function choice(name: string): FormatChoice {
  const found = FORMAT_CHOICES.find((candidate) => candidate === name.trim());
  if (found === undefined) {
    const meant = nearest(name.trim(), FORMAT_CHOICES);
    const question = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new InvalidArgumentError(
      `There is no format "${name.trim()}"; there are ${FORMAT_CHOICES.join(', ')}.${question}`,
    );
  }
  return found;
}

export const FORMAT_OPTION = new Option(
  '--format <names>',
  'what is written for other tools than helm, separated by commas; may be given again',
)
  .choices(FORMAT_CHOICES)
  .argParser((value: string, before: readonly FormatChoice[] = []) => [
    ...before,
    ...value.split(',').map(choice),
  ]);

/** In the order of the table, whatever the command line's. */
export function formatsOf(chosen: readonly FormatChoice[] = []): readonly FormatName[] {
  return FORMAT_NAMES.filter((name) => chosen.includes(name));
}

export const FORMAT_HELP = `
Formats:
${Object.entries(FORMATS_IN_WORDS)
  .map(([name, words]) => `  ${name.padEnd(10)} ${words}`)
  .join('\n')}
`;
