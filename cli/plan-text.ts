/** A comparison for people: what it means, then the differences, and one line of sums. */
import type { Change } from '../generator/compare/change.ts';
import type { Effect } from '../generator/compare/effects.ts';

const COLOURS = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

type Paint = (colour: keyof typeof COLOURS, text: string) => string;

const coloured: Paint = (colour, text) => `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
const plain: Paint = (_colour, text) => text;

function colourOf(line: string): keyof typeof COLOURS | undefined {
  if (/^(?:---|\+\+\+) /.test(line)) return 'bold';
  if (line.startsWith('@@')) return 'cyan';
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : undefined;
}

function diffText(diff: string, paint: Paint): string {
  return diff
    .split('\n')
    .map((line) => {
      const colour = colourOf(line);
      return colour === undefined ? line : paint(colour, line);
    })
    .join('\n');
}

function removedText({ path }: Change, paint: Paint): string {
  return paint('yellow', `${path} is no longer rendered; render leaves it there, remove it by hand\n`);
}

function summary(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing would change.\n';
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  return `${count('added')} added, ${count('changed')} changed, ${count('removed')} no longer rendered.\n`;
}

interface Told {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

function effectsText(effects: readonly Effect[], paint: Paint): string {
  const lines = effects.map(({ level, text }) =>
    level === 'warning' ? `  ${paint('yellow', 'warning:')} ${text}` : `  ${text}`,
  );
  return `What that means:\n${lines.join('\n')}\n`;
}

/** The runbook repeats in many words what the values say in few. */
function runbooksLast(changes: readonly Change[]): readonly Change[] {
  const isRunbook = ({ path }: Change): boolean => /(?:^|\/)RUNBOOK\.md$/.test(path);
  return [...changes.filter((change) => !isRunbook(change)), ...changes.filter(isRunbook)];
}

export function planText({ changes, effects }: Told, colour: boolean): string {
  const paint = colour ? coloured : plain;
  const headers = changes.filter(({ headerOnly }) => headerOnly).map(({ path }) => path);
  const parts = runbooksLast(changes.filter(({ headerOnly }) => !headerOnly)).map((change) =>
    change.kind === 'removed' ? removedText(change, paint) : diffText(change.diff, paint),
  );
  if (effects.length > 0) parts.unshift(effectsText(effects, paint));
  if (headers.length > 0) {
    parts.push(`Only the line with version and hash of the inputs differs in: ${headers.join(', ')}\n`);
  }
  return [...parts, summary(changes)].join('\n');
}
