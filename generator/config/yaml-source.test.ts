import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from './problem.ts';
import { parseYaml } from './yaml-source.ts';

const SOURCE = parseYaml('values.yaml', 'server: {}\n', { version: '1.1' });

test('lines to add can be pasted out of a hint', () => {
  const hint = 'Add these lines:\nlistener "tcp" {\n  address = "[::]:8200"\n}';

  const told = formatProblem(SOURCE.at(['server'], 'a listener is missing', { key: true, hint }));

  assert.ok(told.endsWith('\n  Add these lines:\n  listener "tcp" {\n    address = "[::]:8200"\n  }'), told);
});

test('neither sentence can move the cursor of a terminal, and a message stays one line', () => {
  const problem = SOURCE.at(['server'], 'one\ntwo\u001b[2J', { hint: 'three\u001b[2J' });

  assert.equal(problem.message, 'one\\u000atwo\\u001b[2J');
  assert.equal(problem.hint, 'three\\u001b[2J');
});

for (const value of ['@every 12h', '*/5 * * * *', '%a', '`a`']) {
  test(`a value that needs quotes is told so: ${value}`, () => {
    const [problem, ...more] = parseYaml('l.yaml', `schedule: ${value}\n`, { version: '1.2' }).problems;

    assert.match(problem?.hint ?? '', /^Put the value into quotes/);
    assert.deepEqual(more, []);
  });
}
