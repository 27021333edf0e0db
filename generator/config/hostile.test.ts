/** Files that are made to hurt: each ends in problems, in bounded time, and never in a stack trace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUserValues } from '../chart/user-values.ts';
import { loadLayers } from './load.ts';
import { ConfigError, type Problem } from './problem.ts';
import { parseYaml, parseYamlBytes } from './yaml-source.ts';

const GOOD = `version: 1
name: payments-vault
image: {repository: registry.example/lifeboat}
release: {name: vault, namespace: vault, chartVersion: 0.34.1}
store: {s3: {bucket: vault}}
`;

const SIZE = 100_000;
/** Far more than any of them needs, and far less than what grows with the square of the size. */
const LIMIT_SECONDS = 20;

function bomb(levels: number, width: number): string {
  const names = Array.from({ length: levels }, (_, level) => `x${level}`);
  return names
    .map(
      (name, level) =>
        `${name}: &${name} [${Array(width)
          .fill(level === 0 ? 'x' : `*x${level - 1}`)
          .join(',')}]\n`,
    )
    .join('');
}

const nested = (open: string): string => open.repeat(SIZE);

/** What the file says first, or that it says something. */
const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ['brackets in brackets', nested('['), /nesting is deeper than 100 levels/],
  ['braces in braces', `a: ${nested('{')}`, /nesting is deeper than 100 levels/],
  ['maps in maps', nested('{a: '), /nesting is deeper than 100 levels/],
  ['lists in lists', nested('- '), /nesting is deeper than 100 levels/],
  ['keys that are maps', nested('? '), /nesting is deeper than 100 levels/],
  [
    'a nesting by indentation',
    Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
    /nesting/,
  ],
  ['an alias bomb of lists', bomb(9, 9), /with its aliases replaced the file would have more than/],
  [
    'an alias bomb of merge keys',
    Array.from(
      { length: 30 },
      (_, i) => `x${i}: &x${i} {<<: [${i === 0 ? '{a: 1}' : `*x${i - 1}, *x${i - 1}`}]}\n`,
    ).join(''),
    /with its aliases replaced the file would have more than/,
  ],
  ['very many aliases', `a: &a b\nc:\n${'- *a\n'.repeat(10_001)}`, /10001 aliases, and 10000 are the limit/],
  [
    'very many keys',
    Array.from({ length: SIZE / 10 }, (_, i) => `k${i}: 1\n`).join(''),
    /unknown key|missing/,
  ],
  ['a key again and again', 'a: 1\n'.repeat(SIZE / 10), /this key stands here twice/],
  ['very many documents', '---\na: 1\n'.repeat(SIZE / 10), /a second YAML document begins here/],
  ['very many mistakes', `a: ${'%\n'.repeat(SIZE / 10)}`, /not YAML/],
  ['a key without end', `? ${'k'.repeat(SIZE)}\n: 1\n`, /unknown key "k+\.\.\./],
  ['a scalar without end', GOOD.replace('payments-vault', 'a'.repeat(SIZE)), /name/],
  ['a scalar that almost matches', GOOD.replace('payments-vault', `${'a-'.repeat(SIZE)}!`), /name/],
  [
    'an image that almost matches',
    GOOD.replace('registry.example/lifeboat', `"${'a/'.repeat(SIZE)}!"`),
    /repository/,
  ],
  ['a quote without end', `a: "${'\\\\'.repeat(SIZE)}`, /not YAML/],
  [
    'names of every object',
    '__proto__: {a: 1}\nconstructor: {prototype: {b: 1}}\ntoString: 1\n',
    /unknown key|missing/,
  ],
  [
    'references to variables',
    GOOD.replace('payments-vault', `${'"${a}'.repeat(1) + '${'.repeat(SIZE / 10)}"`),
    /\$\{|declared/,
  ],
];

function problemsIn(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

for (const [name, text, says] of HOSTILE) {
  test(`${name}: problems of lifeboat.yaml, a layer and a values file`, () => {
    const start = process.cpuUsage();

    const file = (name: string) => parseYaml(name, text, { version: '1.2' });
    const alone = problemsIn(() => loadLayers([file('lifeboat.yaml')]));
    const layer = problemsIn(() =>
      loadLayers([parseYaml('base.yaml', GOOD, { version: '1.2' }), file('layer.yaml')]),
    );
    const { problems: values } = readUserValues(
      {},
      [{ file: 'values.yaml', place: '/values.yaml', text }],
      file('x'),
    );

    assert.ok(
      alone.some(({ message }) => says.test(message)),
      JSON.stringify(alone.slice(0, 3)),
    );
    assert.ok(layer.length > 0 || name.startsWith('a scalar'), 'the layer is refused');
    for (const { message, hint = '', source = '' } of [...alone, ...layer, ...values]) {
      assert.ok(
        message.length + hint.length + source.length < 5000,
        `${message.length} characters are no sentence`,
      );
    }
    const { user, system } = process.cpuUsage(start);
    assert.ok((user + system) / 1e6 < LIMIT_SECONDS, `${(user + system) / 1e6} s`);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
}

test('a file that is too large is not even decoded', () => {
  const { problems } = parseYamlBytes('x.yaml', Buffer.alloc(2 * 1024 * 1024 + 1, '#'), { version: '1.2' });

  assert.match(problems[0]?.message ?? '', /larger than 2097152 bytes/);
});

test('a nesting that no person writes by hand, and yet below the limit, is read', () => {
  const deep = `${'{a: '.repeat(40)}1${'}'.repeat(40)}`;

  assert.deepEqual(parseYaml('x.yaml', deep, { version: '1.2' }).problems, []);
});
