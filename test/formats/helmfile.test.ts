/** helmfile.yaml in the real helmfile, with the real chart out of a repository. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { type ChartRepository, requireChartRepository } from '../support/chart-repository.ts';
import { requireTool } from '../support/skip.ts';
import { lostIn, objectsIn } from './arrived.ts';
import { type Repository, repository } from './repository.ts';

interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version?: string;
  readonly values: readonly string[];
}

interface Helmfile {
  readonly repositories: readonly { readonly name: string; readonly url: string }[];
  readonly releases: readonly Release[];
}

/** Helm's own files of the person who runs the test stay as they are. */
function privateHome(t: TestContext, charts: ChartRepository): Readonly<Record<string, string>> {
  const home = mkdtempSync(path.join(tmpdir(), 'lifeboat-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return {
    HOME: home,
    PATH: charts.path,
    KUBECONFIG: '/dev/null',
    HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
  };
}

async function prepared(t: TestContext, charts: ChartRepository): Promise<Repository> {
  const here = repository(t, ({ release }) => Object.assign(release ?? {}, { repository: charts.url }));
  await here.render(['helmfile']);
  return here;
}

async function assertArrived(text: string, here: Repository): Promise<void> {
  assert.deepEqual(await lostIn(text, here), []);
  const objects = objectsIn(text);
  for (const object of ['StatefulSet/vault', 'CronJob/vault-lifeboat'])
    assert.ok(objects.includes(object), objects.join(', '));
  // The later of the user's files wins.
  assert.match(text, /name: "TEAM"\n\s+value: "payments"/);
}

test('helmfile template gives both charts with the values of the user and ours', async (t) => {
  const charts = await requireChartRepository(t);
  const helmfile = charts && (await requireTool(t, 'helmfile'));
  if (charts === undefined || helmfile === undefined) return;
  const here = await prepared(t, charts);
  const env = privateHome(t, charts);

  const { stdout } = await execa(
    helmfile.path,
    ['--file', 'payments/out/helmfile/helmfile.yaml', '--quiet', 'template', '--kube-version', '1.31.0'],
    { cwd: here.root, env, extendEnv: false },
  );

  await assertArrived(stdout, here);
});

test('helm, given what each release of helmfile.yaml says, makes both charts with all values', async (t) => {
  const charts = await requireChartRepository(t);
  const helm = charts && (await requireTool(t, 'helm'));
  if (charts === undefined || helm === undefined) return;
  const here = await prepared(t, charts);
  const cwd = path.join(here.out, 'helmfile');
  const { repositories, releases } = parse(readFileSync(path.join(cwd, 'helmfile.yaml'), 'utf8')) as Helmfile;
  const call = { cwd, env: privateHome(t, charts), extendEnv: false };
  for (const { name, url } of repositories) await execa(helm.path, ['repo', 'add', name, url], call);

  const texts = [];
  for (const { name, namespace, chart, version, values } of releases) {
    const flags = [...(version === undefined ? [] : ['--version', version]), '--kube-version', '1.31.0'];
    const files = values.flatMap((file) => ['-f', file]);
    texts.push(
      (await execa(helm.path, ['template', name, chart, '-n', namespace, ...flags, ...files], call)).stdout,
    );
  }

  await assertArrived(texts.join('\n---\n'), here);
});
