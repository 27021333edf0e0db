/** docs/gitops.md: its commands run as they stand in a repository laid out as it says, and its objects are taken. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { FORMAT_NAMES } from '../../generator/formats/format-names.ts';
import { blocksOf, pageOf } from '../docs/markdown.ts';
import { requireChartRepository } from '../support/chart-repository.ts';
import { requireKubeconform } from '../support/kubeconform.ts';
import { requireTool } from '../support/skip.ts';
import type { ToolName } from '../support/tools/tool-table.ts';
import { objectsIn } from './arrived.ts';
import { OUT, repository } from './repository.ts';

const PAGE = pageOf('docs/gitops.md');

function block(info: string): string {
  const found = blocksOf(PAGE).filter((one) => one.info === info);
  assert.equal(found.length, 1, `${found.length} blocks ${info}`);
  return found[0]?.text ?? '';
}

/** Runs a block of the page with the real tool, in the root of a repository. */
async function run(t: TestContext, info: string, name: ToolName): Promise<string | undefined> {
  const charts = await requireChartRepository(t);
  const tool = charts && (await requireTool(t, name));
  if (charts === undefined || tool === undefined) return undefined;
  const here = repository(t, ({ release }) => Object.assign(release ?? {}, { repository: charts.url }));
  await here.render(FORMAT_NAMES);
  const home = mkdtempSync(path.join(tmpdir(), 'lifeboat-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = {
    HOME: home,
    KUBECONFIG: '/dev/null',
    HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
    PATH: `${path.dirname(tool.path)}:${charts.path}`,
  };
  return (await execa('sh', ['-e'], { input: block(info), cwd: here.root, env, extendEnv: false })).stdout;
}

for (const [info, tool, objects] of [
  ['sh kustomize', 'kustomize', ['StatefulSet/vault', 'CronJob/vault-lifeboat', 'Role/vault-lifeboat']],
  ['sh flux', 'kustomize', ['HelmRelease/vault', 'HelmRelease/vault-lifeboat', 'Role/vault-lifeboat']],
  ['sh helmfile', 'helmfile', ['StatefulSet/vault', 'CronJob/vault-lifeboat']],
] as const) {
  test(`the command "${info}" makes the objects of both charts`, async (t) => {
    const text = await run(t, info, tool);
    if (text === undefined) return;

    const made = objectsIn(text);

    assert.deepEqual(
      objects.filter((object) => !made.includes(object)),
      [],
    );
  });
}

for (const [info, operator, folder] of [
  ['yaml argocd', 'argo-cd', 'argocd'],
  ['yaml flux', 'flux-kustomize', 'flux'],
] as const) {
  test(`the object "${info}" is what its operator takes, and points at what is rendered`, async (t) => {
    const kubeconform = await requireKubeconform(t, operator);
    if (kubeconform === undefined) return;

    const { valid, problems } = await kubeconform(block(info));

    assert.deepEqual(problems, []);
    assert.equal(valid.length, 1);
    assert.match(block(info), new RegExp(`path: (\\./)?${OUT}/${folder}\n`));
  });
}

test('every format has a row and a section', () => {
  for (const name of FORMAT_NAMES) assert.match(PAGE.text, new RegExp(`^\\| \\[\`${name}\`\\]\\(#`, 'm'));
});
