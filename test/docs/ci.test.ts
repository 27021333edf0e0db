/** docs/ci.md and the examples that it names: what they show is what GitHub, GitLab, pre-commit, Argo CD and we take. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { RULES } from '../../generator/check/finding.ts';
import { publishedValidator, type SchemaName } from '../support/published-schemas.ts';
import { findPreCommit } from '../support/tools/pre-commit.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { callsOf, unknownIn } from './command-lines.ts';
import { type Block, blocksOf, pageOf, ROOT } from './markdown.ts';

const PAGE = pageOf('docs/ci.md');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-docs-ci-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function block(info: string): Block {
  const found = blocksOf(PAGE).find((one) => one.info === `yaml ${info}`);
  assert.ok(found, `docs/ci.md has no block "yaml ${info}"`);
  return found;
}

async function orSkip(t: TestContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
  }
}

async function assertValid(schema: SchemaName, data: unknown): Promise<void> {
  const validate = await publishedValidator(schema);
  assert.ok(validate(data), JSON.stringify(validate.errors));
}

test('the table of rules is the list of rules', () => {
  const [, table = ''] = /^\| rule \| holds \|\n\| --- \| --- \|\n((?:\|.*\n)+)/m.exec(PAGE.text) ?? [];
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, rule, holds]) => [rule, holds]);

  assert.deepEqual(rows, Object.entries(RULES));
});

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { steps: readonly { uses?: string; with?: Readonly<Record<string, unknown>> }[] }>
  >;
}

test('the workflow is one that GitHub takes, and gives our action inputs that it has', async (t) => {
  const workflow = parse(block('github-workflow').text) as Workflow;
  const { inputs } = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as { inputs: object };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const ours = steps.find(({ uses }) => uses?.includes('/vault-lifeboat@'));

  assert.ok(ours?.with);
  for (const name of Object.keys(ours.with)) assert.ok(name in inputs, name);
  const listed = [...PAGE.text.matchAll(/^\| `([a-z]+)` \| [^|]*\| [^|]*\|$/gm)].map(([, name]) => name);
  assert.deepEqual(listed, Object.keys(inputs));
  await orSkip(t, () => assertValid('github-workflows', workflow));
});

test('the pre-commit example names hooks that are there, and both files are what pre-commit takes', async (t) => {
  const { repos } = parse(block('pre-commit').text) as {
    repos: readonly { hooks: readonly { id: string }[] }[];
  };
  const manifest = path.join(ROOT, '.pre-commit-hooks.yaml');
  const there = (parse(readFileSync(manifest, 'utf8')) as readonly { id: string }[]).map(({ id }) => id);
  assert.deepEqual(
    repos[0]?.hooks.map(({ id }) => id),
    there,
  );

  await orSkip(t, async () => {
    const env = { PYTHONPATH: await findPreCommit(), PRE_COMMIT_HOME: path.join(folder, 'home') };
    const file = path.join(folder, '.pre-commit-config.yaml');
    writeFileSync(file, block('pre-commit').text);
    await execa('python3', ['-m', 'pre_commit', 'validate-config', file], { env });
    await execa('python3', ['-m', 'pre_commit', 'validate-manifest', manifest], { env });
  });
});

test('the example for GitLab is one that GitLab takes, with commands that we know', async (t) => {
  const text = readFileSync(path.join(ROOT, 'examples/gitlab-ci.yml'), 'utf8');
  const pipeline = parse(text) as Readonly<
    Record<string, { script: readonly string[]; after_script: readonly string[] }>
  >;
  const lines = [...(pipeline.lifeboat?.script ?? []), ...(pipeline.lifeboat?.after_script ?? [])];
  const calls = callsOf({ page: 'examples/gitlab-ci.yml', line: 1, info: 'sh', text: lines.join('\n') });

  assert.equal(calls.length, 2);
  for (const call of calls) assert.equal(await unknownIn(call), undefined, call.words.join(' '));
  await orSkip(t, async () => {
    await assertValid('gitlab-ci', pipeline);
    const validate = await publishedValidator('gitlab-ci');
    assert.equal(validate({ lifeboat: { ...pipeline.lifeboat, script: 1 } }), false);
  });
});
