/** The road of docs/start-from-your-values.md as a new user walks it: its blocks, in their order, in an empty folder. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { execa } from 'execa';
import { requireTool } from '../support/skip.ts';
import { cacheFolder } from '../support/tools/cache-folder.ts';
import { findOfficialChart } from '../support/tools/chart.ts';
import { PROGRAM } from './command-lines.ts';
import { blocksOf, pageOf } from './markdown.ts';

const PAGE = 'docs/start-from-your-values.md';

const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-road-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('ends with a green check and a commit', async (t) => {
  const helm = await requireTool(t, 'helm');
  if (helm === undefined) return;
  await findOfficialChart('vault', '0.34.1');
  const page = pageOf(PAGE);
  // What follows needs a release that runs.
  const road = { ...page, text: page.text.split('\n## ')[0] ?? '' };
  const blocks = blocksOf(road);
  const values = blocks.find(({ info }) => info === 'yaml my-values.yaml');
  const commands = blocks.filter(({ info }) => info === 'sh').map(({ text }) => text);
  assert.ok(values);
  assert.equal(commands.length, 6);
  mkdirSync(path.join(folder, 'bin'));
  const program = path.join(folder, 'bin/lifeboat');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(program, 0o755);
  mkdirSync(path.join(folder, 'repository'));
  writeFileSync(path.join(folder, 'repository/my-values.yaml'), values.text);

  const script = ['set -eu', 'git init -q .', ...commands, 'test -z "$(git status --porcelain)"'].join('\n');
  const { exitCode, stdout, stderr } = await execa('sh', ['-c', script], {
    cwd: path.join(folder, 'repository'),
    reject: false,
    extendEnv: false,
    env: {
      PATH: [path.join(folder, 'bin'), path.dirname(helm.path), process.env.PATH].join(path.delimiter),
      HOME: folder,
      LIFEBOAT_CACHE: cacheFolder(process.env),
      ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example', GIT_CONFIG_NOSYSTEM: '1' },
      ...{ GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example' },
    },
  });

  assert.equal(exitCode, 0, `${stdout}${stderr}`);
  assert.match(stdout, /Nothing would change\.\n?$/);
  assert.match(stderr, /lifeboat\.yaml is valid: payments-vault/);
});
