/** Where an official chart comes from: a folder, an archive, a clone; and that it is the one that was asked for. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { findOfficialChart } from './chart.ts';
import { ToolMissing } from './tool-missing.ts';

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** No network, and no clone beside this repository. */
async function place(t: TestContext): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lifeboat-charts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const none = path.join(folder, 'no-clone');
  return {
    folder,
    env: {
      LIFEBOAT_CACHE: path.join(folder, 'cache'),
      LIFEBOAT_TOOLS_AS_THEY_ARE: 'true',
      LIFEBOAT_VAULT_CHART_GIT: none,
      LIFEBOAT_OPENBAO_CHART_GIT: none,
    },
  };
}

async function chart(folder: string, name: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
  return folder;
}

test('a folder that a variable names is used where it stands, if it is that version', async (t) => {
  const { folder, env } = await place(t);
  const own = await chart(path.join(folder, 'own'), 'vault', '0.99.1');

  assert.equal(await findOfficialChart('vault', '0.99.1', { ...env, LIFEBOAT_VAULT_CHART: own }), own);
  await assert.rejects(
    findOfficialChart('vault', '0.99.2', { ...env, LIFEBOAT_VAULT_CHART: own }),
    ToolMissing,
  );
});

test('an archive that a variable names is unpacked into the cache', async (t) => {
  const { folder, env } = await place(t);
  await chart(path.join(folder, 'vault'), 'vault', '0.99.1');
  const archive = path.join(folder, 'vault-0.99.1.tgz');
  await execa('tar', ['-czf', archive, '-C', folder, 'vault']);

  const found = await findOfficialChart('vault', '0.99.1', { ...env, LIFEBOAT_VAULT_CHART: archive });

  assert.equal(found, path.join(folder, 'cache/charts/vault-0.99.1'));
  assert.match(await readFile(path.join(found, 'Chart.yaml'), 'utf8'), /0\.99\.1/);
  assert.equal(await findOfficialChart('vault', '0.99.1', env), found, 'the cache alone');
});

test('a clone gives the version of its tag, from the folder of the chart', async (t) => {
  const { folder, env } = await place(t);
  const clone = path.join(folder, 'clone');
  const git = async (...args: readonly string[]): Promise<void> => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
    await execa('git', ['-C', clone, ...who, ...args]);
  };
  for (const version of ['0.99.1', '0.99.2']) {
    await chart(path.join(clone, 'charts/openbao'), 'openbao', version);
    if (version === '0.99.1') await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', version);
    await git('tag', `openbao-${version}`);
  }

  const found = await findOfficialChart('openbao', '0.99.1', { ...env, LIFEBOAT_OPENBAO_CHART_GIT: clone });

  assert.match(await readFile(path.join(found, 'Chart.yaml'), 'utf8'), /0\.99\.1/);
  await assert.rejects(
    findOfficialChart('openbao', '0.99.3', { ...env, LIFEBOAT_OPENBAO_CHART_GIT: clone }),
    /openbao-0\.99\.3/,
  );
});

test('a chart that is nowhere says how to get it', async (t) => {
  const { env } = await place(t);

  await assert.rejects(findOfficialChart('vault', '0.99.1', env), /it is not here: run "npm run tools"/);
});
