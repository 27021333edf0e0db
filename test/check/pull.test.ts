/** `check --pull` with the real `helm pull`, from a chart repository on this machine that Helm knows by an alias. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { findChart, findHelm } from '../render/real-chart.ts';
import { lifeboat } from '../support/command-line.ts';

const CASE = path.resolve(import.meta.dirname, '../render/cases/vault-s3-approle');
const folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-pull-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);

/** Nothing of the caller's own Helm is touched. */
const HELM_ENV = {
  HELM_REPOSITORY_CONFIG: inFolder('repositories.yaml'),
  HELM_REPOSITORY_CACHE: inFolder('repository'),
  HELM_CACHE_HOME: inFolder('cache'),
  HELM_CONFIG_HOME: inFolder('config'),
  HELM_DATA_HOME: inFolder('data'),
};

const helm = await findHelm();
const chart = await findChart('vault', '0.34.1');

/** Serves the files of a folder, as a chart repository does, and keeps what it was asked for. */
async function serve(root: string): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = path.basename(request.url ?? '');
    asked.push(name);
    response.end(readFileSync(path.join(root, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

test('--pull fetches the pinned chart once, by the name that Helm knows, and keeps it', {
  skip: helm.skip || chart.skip,
}, async () => {
  const run = (...args: readonly string[]) => execa(helm.path, args, { env: HELM_ENV });
  const charts = inFolder('charts');
  mkdirSync(charts);
  await run('package', chart.path, '--destination', charts);
  await run('repo', 'index', charts);
  const { url, asked, server } = await serve(charts);
  try {
    await run('repo', 'add', 'hashicorp', url);
    const env = { HELM_BIN: helm.path, LIFEBOAT_CACHE: inFolder('kept'), ...HELM_ENV };
    const check = (...more: readonly string[]) =>
      lifeboat(['check', '-f', path.join(CASE, 'lifeboat.yaml'), ...more], { env });

    const pulled = await check('--pull');
    assert.equal(pulled.code, 0, `${pulled.stdout}${pulled.stderr}`);
    assert.equal(asked.filter((name) => name === 'vault-0.34.1.tgz').length, 1);
    const kept = await check();
    assert.equal(kept.code, 0, kept.stderr);
    assert.equal(asked.filter((name) => name === 'vault-0.34.1.tgz').length, 1);

    const config = readFileSync(path.join(CASE, 'lifeboat.yaml'), 'utf8').replace(
      'chart: hashicorp/vault,',
      `chart: unknown-alias/vault, repository: "${url}",`,
    );
    const byUrl = await lifeboat(['check', '-f', '-', '--pull'], {
      ...{ cwd: CASE, input: config, env: { ...env, LIFEBOAT_CACHE: inFolder('by-url') } },
    });
    assert.equal(byUrl.code, 0, `${byUrl.stdout}${byUrl.stderr}`);
    assert.equal(asked.filter((name) => name === 'vault-0.34.1.tgz').length, 2);

    const absent = await check('--pull', '--against', '0.99.0');
    assert.equal(absent.code, 6);
    assert.match(absent.stderr, /helm pull hashicorp\/vault --version 0\.99\.0: .*0\.99\.0/);
    assert.match(absent.stderr, /next: helm repo add/);
  } finally {
    server.close();
  }
});
