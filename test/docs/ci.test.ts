/** docs/ci.md and the examples that it names: what they show is what GitHub, GitLab, pre-commit, Argo CD and we take. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { RULES } from '../../generator/check/finding.ts';
import { readManifests } from '../../generator/check/manifests.ts';
import { findChart, findHelm } from '../render/real-chart.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { publishedValidator, type SchemaName } from '../support/published-schemas.ts';
import { findPythonPackage, PRE_COMMIT } from '../support/tools/python-package.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { callsOf, PROGRAM, unknownIn } from './command-lines.ts';
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

test('the guide ends with the command that CI runs', () => {
  const command = 'lifeboat check -f lifeboat.yaml -o out --pull --strict';
  for (const page of ['docs/ci.md', 'docs/start-from-your-values.md'])
    assert.ok(
      blocksOf(pageOf(page)).some(({ text }) => text === `${command}\n` || text === command),
      page,
    );
  assert.ok(readFileSync(path.join(ROOT, 'examples/gitlab-ci.yml'), 'utf8').includes(command));
});

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
    const env = {
      PYTHONPATH: await findPythonPackage(PRE_COMMIT),
      PRE_COMMIT_HOME: path.join(folder, 'home'),
    };
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

interface Plugin {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly discover: { readonly fileName: string };
    readonly generate: { readonly command: readonly string[]; readonly args: readonly string[] };
  };
}

test('the plugin for Argo CD prints the objects of both charts, and nothing else', async (t) => {
  const [helm, chart] = [await findHelm(), await findChart('vault', '0.34.1')];
  const skip = helm.skip || chart.skip;
  if (skip !== false) return t.skip(skip);
  const plugin = parse(readFileSync(path.join(ROOT, 'examples/argocd-plugin.yaml'), 'utf8')) as Plugin;
  assert.deepEqual([plugin.apiVersion, plugin.kind], ['argoproj.io/v1alpha1', 'ConfigManagementPlugin']);

  // The sidecar: an application's folder, lifeboat and helm on the PATH, and the charts.
  const [work, charts, bin] = ['work', 'charts', 'bin'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  cpSync(path.join(ROOT, 'test/render/cases/vault-s3-approle'), work, { recursive: true });
  assert.ok(readFileSync(path.join(work, plugin.spec.discover.fileName)));
  for (const place of [charts, bin]) mkdirSync(place);
  await execa(helm.path, ['package', chart.path, '--destination', charts]);
  writeFileSync(path.join(bin, 'lifeboat'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(path.join(bin, 'lifeboat'), 0o755);
  const [command = '', ...first] = plugin.spec.generate.command;
  const script = plugin.spec.generate.args.map((text) => text.replaceAll('/charts/', `${charts}/`));
  const env = { PATH: `${bin}:${path.dirname(helm.path)}:${process.env.PATH}` };
  const generate = () => execa(command, [...first, ...script], { cwd: work, env, reject: false });

  const good = await generate();
  assert.equal(good.exitCode, 0, good.stderr);
  const kinds = readManifests(good.stdout).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  for (const object of ['StatefulSet/vault', 'CronJob/vault-lifeboat', 'Role/vault-lifeboat'])
    assert.ok(kinds.includes(object), `${object} is not in ${kinds.join(', ')}`);
  const kubeconform = await requireKubeconform(t);
  if (kubeconform !== undefined) assert.deepEqual((await kubeconform(good.stdout)).problems, []);

  writeFileSync(path.join(work, 'lifeboat.yaml'), 'version: 1\nspare: 1\n');
  const bad = await generate();
  assert.deepEqual([bad.exitCode, bad.stdout], [3, '']);
  assert.match(bad.stderr, /lifeboat\.yaml:2:1: .*spare/);
});
