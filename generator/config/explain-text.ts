/** An explanation for people: a paragraph, its facts, and a table of the keys below. */
import type { Explanation, KeyBelow } from './explain.ts';
import { valueWords } from './schema-keys.ts';

const WIDTH = 100;

/** Lines of at most `width` characters; a word that is longer stands alone. */
export function wrapped(text: string, width = WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function tableOf(keys: readonly KeyBelow[]): readonly string[] {
  const indent = '      ';
  return keys.flatMap(({ key, type, required, description }) => [
    `  ${key} (${type}${required ? ', required' : ''})`,
    ...wrapped(description, WIDTH - indent.length).map((line) => `${indent}${line}`),
  ]);
}

export function explanationText(explanation: Explanation): string {
  const { key, description, type, required, rules, examples, oneOf, page, keys } = explanation;
  const facts: (readonly [string, string])[] = [
    ['type', type],
    ['required', required ? 'yes' : 'no'],
    ...(explanation.default === undefined ? [] : [['default', valueWords(explanation.default)] as const]),
    ...rules.map((rule) => ['rule', rule] as const),
    ...(oneOf === undefined ? [] : [['one of', oneOf.join(', ')] as const]),
    ...examples.map((example) => ['example', valueWords(example)] as const),
    ['page', page],
  ];
  const head =
    key === ''
      ? wrapped(`${description} More of each: lifeboat explain KEY.`)
      : [
          key,
          ...wrapped(description, WIDTH - 2).map((line) => `  ${line}`),
          '',
          ...facts.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
        ];
  const below = keys.length === 0 ? [] : ['', ...(key === '' ? [] : ['Keys below:']), ...tableOf(keys)];
  return `${[...head, ...below].join('\n')}\n`;
}
