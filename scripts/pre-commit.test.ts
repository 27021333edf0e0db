/**
 * .pre-commit-hooks.yaml with the real pre-commit: it clones this repository as its users do, whose first hook
 * installs and builds there, and runs the hooks in another repository. npm needs its registry for that, and
 * tests below test/ have no network.
 */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { lifeboat } from '../test/support/command-line.ts';
import { findPythonPackage, PRE_COMMIT } from '../test/support/tools/python-package.ts';
import { ToolMissing } from '../test/support/tools/tool-missing.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const CASE = path.join(ROOT, 'test/render/cases/vault-s3-approle');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-pre-commit-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return (await execa('git', [...identity, ...args], { cwd })).stdout;
}

async function committed(cwd: string): Promise<string> {
  await git(cwd, 'init', '--quiet');
  await git(cwd, 'add', '-A');
  await git(cwd, 'commit', '--quiet', '-m', 'as it is');
  return git(cwd, 'rev-parse', 'HEAD');
}

/** What a clone of this repository would hold if everything here were committed. */
async function hookRepository(): Promise<{ readonly place: string; readonly commit: string }> {
  const place = inFolder('hooks');
  const files = await git(ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const file of files.split('\0').filter(Boolean)) {
    cpSync(path.join(ROOT, file), path.join(place, file), { errorOnExist: false });
  }
  return { place, commit: await committed(place) };
}

async function preCommitFolder(skip: (reason: string) => void): Promise<string | undefined> {
  try {
    return await findPythonPackage(PRE_COMMIT);
  } catch (error) {
    if (!(error instanceof ToolMissing) || process.env.CI === 'true') throw error;
    skip(error.message);
    return undefined;
  }
}

test('both hooks run in a repository that names this one: what is good passes, what is not stops the commit', async (t) => {
  const packages = await preCommitFolder((reason) => t.skip(reason));
  if (packages === undefined) return;
  const { place, commit } = await hookRepository();
  const work = inFolder('work');
  mkdirSync(work);
  cpSync(CASE, work, { recursive: true });
  const hooks = [{ id: 'lifeboat-validate' }, { id: 'lifeboat-render-check' }];
  const config = stringify({ repos: [{ repo: `file://${place}`, rev: commit, hooks }] });
  writeFileSync(path.join(work, '.pre-commit-config.yaml'), config);
  // The program of the hooks is built anew, and says its own version: none of the tests' build.
  const rendered = await lifeboat(['render', '-f', 'lifeboat.yaml', '-o', 'out', '--with-chart'], {
    cwd: work,
  });
  assert.equal(rendered.code, 0, rendered.stderr);
  await committed(work);
  const env = { PYTHONPATH: packages, PRE_COMMIT_HOME: inFolder('home') };
  const run = async () => {
    await git(work, 'add', '-A');
    const { exitCode, all = '' } = await execa('python3', ['-m', 'pre_commit', 'run', '--all-files'], {
      ...{ cwd: work, env, reject: false, all: true, timeout: 600_000 },
    });
    return { exitCode, all };
  };

  const good = await run();
  assert.equal(good.exitCode, 0, good.all);
  assert.match(good.all, /lifeboat validate\.+Passed/);
  assert.match(good.all, /lifeboat check of the rendered folder\.+Passed/);

  appendFileSync(path.join(work, 'out/rbac.yaml'), '# by hand\n');
  const drifted = await run();
  assert.equal(drifted.exitCode, 1);
  assert.match(drifted.all, /lifeboat validate\.+Passed/);
  assert.match(drifted.all, /lifeboat check of the rendered folder\.+Failed.*out\/rbac\.yaml.*Render again/s);

  appendFileSync(path.join(work, 'my-values.yaml'), '  standalone: {enabled: true, config: [}\n');
  const broken = await run();
  assert.match(broken.all, /lifeboat validate\.+Failed.*my-values\.yaml:\d+/s);
});
