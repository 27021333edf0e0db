/** What our chart renders with each file of ci/ is held against the types of the API server, strictly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kubeconform, requireKubeconform } from '../support/kubeconform.ts';
import { KUBERNETES_VERSION } from '../support/kubernetes-schemas.ts';
import { requireTool } from '../support/skip.ts';
import { CI_FILES, type CiFile, template } from './helm.ts';

async function rendered(file: CiFile): Promise<string> {
  const { code, stdout, stderr } = await template(file, { kubernetes: KUBERNETES_VERSION });
  assert.equal(code, 0, stderr);
  return stdout;
}

function conformTest(name: string, body: (kubeconform: Kubeconform) => Promise<void>): void {
  test(name, async (t) => {
    if ((await requireTool(t, 'helm')) === undefined) return;
    const kubeconform = await requireKubeconform(t);
    if (kubeconform !== undefined) await body(kubeconform);
  });
}

for (const file of CI_FILES)
  conformTest(`every object of ci/${file}-values.yaml is one that Kubernetes takes`, async (kubeconform) => {
    const { valid, problems } = await kubeconform(await rendered(file));

    assert.deepEqual(problems, []);
    const kinds = valid.map((object) => object.split('/')[0]);
    for (const kind of ['CronJob', 'ConfigMap', 'NetworkPolicy']) assert.ok(kinds.includes(kind), kind);
    if (file === 'full') assert.equal(kinds.length, 5, 'the two of extraManifests are among them');
  });

conformTest('a mistyped field of the CronJob is refused by its name', async (kubeconform) => {
  const text = await rendered('full');
  const mistyped = text.replace('concurrencyPolicy:', 'concurencyPolicy:');
  assert.notEqual(mistyped, text);

  const { valid, problems } = await kubeconform(mistyped);

  assert.equal(valid.length, 4);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^CronJob\/.*'concurencyPolicy' not allowed/);
});
