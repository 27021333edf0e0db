/** docs/testing.md, the workflow and the scenarios themselves: what they name is there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { SYSTEM_PROGRAMS } from '../e2e/node/layout.ts';
import { readArguments } from '../e2e/run/arguments.ts';
import { knownScenarios } from '../e2e/run/known-scenarios.ts';
import { publishedValidator } from '../support/published-schemas.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { blocksOf, pageOf, ROOT } from './markdown.ts';

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const PAGE = pageOf('docs/testing.md');
const CALL = /npm run e2e(?: -- (?<rest>[^\n`]*))?/g;

/** Words as a shell takes them, with what a test knows of its variables. */
const wordsOf = (rest: string): readonly string[] =>
  [...rest.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) =>
    word.replaceAll(/['"]/g, '').replace('$PATTERN', '.'),
  );

test('every call of npm run e2e has flags that it knows', () => {
  const shell = blocksOf(PAGE).filter(({ info }) => info === 'sh');
  const texts = [...shell.map(({ text }) => text), read('.github/workflows/e2e.yml')];
  const calls = texts.flatMap((text) => [...text.matchAll(CALL)].map(({ groups }) => groups?.rest ?? ''));

  assert.ok(calls.length >= 8, calls.join('\n'));
  for (const call of calls) readArguments(wordsOf(call));
});

test('the programs that are installed in CI are those of the page', () => {
  const [, packages = ''] = /^packages=\(([^)]*)\)$/m.exec(read('.ci/e2e')) ?? [];
  const line = blocksOf(PAGE).find(({ text }) => text.startsWith('apt-get install'))?.text ?? '';

  const named = line.replaceAll('\\\n', ' ').split('--no-install-recommends')[1]?.trim().split(/\s+/);
  assert.deepEqual(named, packages.split(' '));
  assert.ok(SYSTEM_PROGRAMS.includes('buildah') && packages.includes('buildah'));
});

test('each scenario declares its worth, once', async () => {
  for (const { name, value, seconds } of await knownScenarios()) {
    assert.ok(Number.isInteger(value) && value >= 1 && value <= 10, name);
    assert.ok(seconds >= 5 && seconds <= 1200, name);
  }
});

test('the workflow is one that GitHub takes', async (t) => {
  const workflow: unknown = parse(read('.github/workflows/e2e.yml'));
  try {
    const validate = await publishedValidator('github-workflows');
    assert.ok(validate(workflow), JSON.stringify(validate.errors));
    assert.equal(validate({ ...(workflow as object), jobs: { kind: { steps: 1 } } }), false);
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
  }
});
