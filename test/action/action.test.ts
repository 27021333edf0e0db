/** action.yml as a runner runs it: what it asks, what it says to the pull request, and how it ends. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { findChart, findHelm } from '../render/real-chart.ts';
import { lifeboat } from '../support/command-line.ts';
import { publishedValidator } from '../support/published-schemas.ts';
import { ToolMissing } from '../support/tools/tool-missing.ts';
import { type StandInGitHub, startGitHub } from './stand-in-github.ts';
import { ACTION, type Job, type Ran, runAction } from './stand-in-runner.ts';

const CASE = path.resolve(import.meta.dirname, '../render/cases/vault-s3-approle');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-action-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const helm = await findHelm();
const chart = await findChart('vault', '0.34.1');
const skip = helm.skip || chart.skip;
const MARK = '<!-- lifeboat plan -->';

interface Repository {
  readonly workspace: string;
  readonly base: string;
}

async function commit(workspace: string, message: string): Promise<string> {
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: workspace });
  await git('add', '-A');
  await git('commit', '--quiet', '-m', message);
  return (await git('rev-parse', 'HEAD')).stdout;
}

/** A base with its rendered folder, and a change of the schedule on top that was rendered, too. */
async function repository(): Promise<Repository> {
  const workspace = mkdtempSync(path.join(folder, 'repository-'));
  cpSync(CASE, workspace, { recursive: true });
  await execa('git', ['init', '--quiet'], { cwd: workspace });
  const render = () => lifeboat(['render', '-f', 'lifeboat.yaml', '-o', 'out'], { cwd: workspace });
  await render();
  const base = await commit(workspace, 'base');
  const file = path.join(workspace, 'lifeboat.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('0 */12 * * *', '30 3 * * *'));
  await render();
  await commit(workspace, 'change');
  return { workspace, base };
}

interface Scene extends Repository {
  readonly github: StandInGitHub;
  run(more?: Partial<Job>): Promise<Ran>;
}

async function scene(): Promise<Scene> {
  const there = await repository();
  const github = await startGitHub();
  after(() => github.close());
  const payload = { pull_request: { number: 7, base: { sha: there.base } } };
  const job: Job = {
    workspace: there.workspace,
    temp: mkdtempSync(path.join(folder, 'temp-')),
    event: { name: 'pull_request', payload },
    api: github.url,
    env: { HELM_BIN: helm.path },
  };
  const run = ({ inputs = {}, ...more }: Partial<Job> = {}): Promise<Ran> =>
    runAction({ ...job, ...more, inputs: { chart: chart.path, ...inputs } });
  return { ...there, github, run };
}

test('action.yml is what GitHub wants, and no text from outside stands in a script', async (t) => {
  for (const { run, shell, name } of ACTION.runs.steps) {
    assert.equal(shell, 'bash', name);
    assert.doesNotMatch(run, /\$\{\{/, name);
  }
  try {
    const validate = await publishedValidator('github-actions');
    assert.ok(validate(ACTION), JSON.stringify(validate.errors));
    const { shell: _shell, ...rest } = ACTION.runs.steps[0] ?? { shell: '' };
    assert.equal(validate({ ...ACTION, runs: { ...ACTION.runs, steps: [rest] } }), false);
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    t.skip(error.message);
  }
});

test('a pull request gets the plan against its base as one comment, which is written anew', {
  skip,
}, async () => {
  const { github, run, workspace } = await scene();

  const first = await run();
  assert.equal(first.code, 0, first.log);
  assert.deepEqual(first.steps, ['Prepare lifeboat', 'Check', 'Comment the plan', 'Result']);
  assert.equal(github.comments.length, 1);
  const body = github.comments[0]?.body ?? '';
  assert.ok(body.startsWith(`${MARK}\n`), body);
  assert.match(body, /Checked: good/);
  assert.match(body, /```diff\n/);
  assert.match(body, /^- +schedule: 0 \*\/12 \* \* \*$/m);
  assert.match(body, /^\+ +schedule: 30 3 \* \* \*$/m);
  assert.ok(first.summary.includes('+  schedule: 30 3 * * *'), first.summary);
  assert.deepEqual([...github.tokens], ['Bearer token-of-the-job']);

  await run();
  assert.ok(!github.calls.some((call) => call.startsWith('PATCH')), 'the same plan is not written again');
  const file = path.join(workspace, 'lifeboat.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('30 3', '45 4'));
  await lifeboat(['render', '-f', 'lifeboat.yaml', '-o', 'out'], { cwd: workspace });
  const second = await run();
  assert.equal(second.code, 0, second.log);
  assert.equal(github.comments.length, 1);
  assert.match(github.comments[0]?.body ?? '', /^\+ +schedule: 45 4 \* \* \*$/m);
});

test('our comment is found behind hundreds of others, and a server that stumbles is asked again', {
  skip,
}, async () => {
  const { github, run } = await scene();
  for (let id = 1; id <= 250; id++) github.comments.push({ id, body: `number ${id}` });
  github.comments.push({ id: 251, body: `${MARK}\nold` });
  github.failNext('GET', 502, 503);
  github.failNext('PATCH', 500);

  const { code, log } = await run();

  assert.equal(code, 0, log);
  assert.equal(github.comments.length, 251);
  assert.match(github.comments[250]?.body ?? '', /schedule: 30 3/);
});

test('a token that may not write, as that of a fork, leaves the plan in the summary', { skip }, async () => {
  const { github, run } = await scene();
  github.failNext('POST', 403);

  const { code, log, summary } = await run();

  assert.equal(code, 0, log);
  assert.match(log, /^::notice::the plan is in the summary.*403/m);
  assert.match(summary, /schedule: 30 3/);
  assert.deepEqual(github.comments, []);
});

test('findings fail the job after the comment, and stand beside their lines', { skip }, async () => {
  const { github, run, workspace } = await scene();
  appendFileSync(
    path.join(workspace, 'out/vault-values.yaml'),
    '# changed by hand\n::set-output name=x::y\n',
  );

  const { code, log, steps, outputs } = await run();

  assert.equal(code, 4);
  assert.equal(steps.at(-1), 'Result');
  assert.match(log, /^::error title=out-up-to-date,file=out\/vault-values\.yaml,line=\d+::/m);
  assert.match(github.comments[0]?.body ?? '', /\*\*exit code 4\*\*/);
  assert.equal(outputs['exit-code'], '4');
  assert.match(readFileSync(outputs.sarif ?? '', 'utf8'), /"version": "2\.1\.0"/);
  assert.match(readFileSync(outputs.junit ?? '', 'utf8'), /<testsuites /);
  // What the runner would take for its commands is said between two lines that switch them off.
  const token = /^::stop-commands::(\S+)$/m.exec(log)?.[1] ?? '';
  assert.ok(token.length > 30 && log.includes(`\n::${token}::\n`));
});

test('on a push there is no comment; a problem of the configuration ends with its own exit code', {
  skip,
}, async () => {
  const { github, run, workspace } = await scene();
  const push = { event: { name: 'push', payload: {} } };
  assert.deepEqual((await run(push)).steps, ['Prepare lifeboat', 'Check', 'Result']);
  writeFileSync(path.join(workspace, 'lifeboat.yaml'), 'version: 1\nspare: 1\n');

  const { code, log } = await run(push);

  assert.equal(code, 3);
  assert.match(log, /^::error title=configuration,file=lifeboat\.yaml,line=2,col=1::.*spare/m);
  assert.deepEqual(github.calls, []);
});

test('an input is a word, whatever stands in it', { skip }, async () => {
  const { run, workspace } = await scene();
  const evil = 'x"; touch owned; echo $(touch owned) `touch owned` #';

  const { code } = await run({ inputs: { file: evil, out: evil, args: '--strict ; touch owned' } });

  assert.equal(code, 2);
  const { stdout } = await execa('git', ['status', '--porcelain'], { cwd: workspace });
  assert.equal(stdout, '');
});

test('the inputs that action.yml shows are those that it uses', () => {
  const used = JSON.stringify(ACTION.runs.steps);
  for (const name of Object.keys(ACTION.inputs)) assert.ok(used.includes(`inputs.${name}`), name);
});
