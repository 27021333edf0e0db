/**
 * The server's tag is changed by an upgrade of the chart, and nothing is rendered anew: the second init container still
 * has the earlier tag. It does no harm, neither with data nor on an empty disk; `check` and `doctor` say it.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Keys } from '../../support/vault-operations.ts';
import { diagnosed, isWell } from '../diagnosis.ts';
import { backUp, firstInstall } from '../first-install.ts';
import { secondTag } from '../image/second-tag.ts';
import { kubectl } from '../kubernetes.ts';
import type { Release } from '../release.ts';
import { scenario } from '../scenario.ts';

const NAMESPACE = 'image-changed';
const NEXT = '2.7.3-e2e';

scenario("a server's tag that was changed without a new render", { value: 6, seconds: 120 }, (it) => {
  let release: Release;
  let keys: Keys;
  let tag: string | undefined;
  const images = async (what: string): Promise<string> =>
    kubectl(['get', 'pod', release.server.pod, '-n', NAMESPACE, '-o', `jsonpath={.spec.${what}[*].image}`]);

  it.before(async () => {
    tag = await secondTag('openbao', NEXT);
    release = await it.release({ product: 'openbao', namespace: NAMESPACE });
    await release.render();
    keys = await firstInstall(release);
    await backUp(release, keys, 'the value of before');
  });

  it.step('the pod starts with the new tag, and the init container of the old one touches nothing', async (t) => {
    if (tag === undefined) return t.skip('images of this cluster are not made here');
    await release.installServer('--set', `server.image.tag=${tag}`);
    await kubectl(['delete', 'pod', release.server.pod, '-n', NAMESPACE, '--wait=true']);
    await release.server.ready();

    assert.match(await images('containers'), /openbao:2\.7\.3-e2e/);
    assert.match(await images('initContainers'), /openbao:2\.7\.2/);
    assert.match(await release.server.log('lifeboat-init'), /data present/);
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
  });

  it.step('doctor says it, and check says it of values that were not rendered', async (t) => {
    if (tag === undefined) return t.skip('images of this cluster are not made here');
    const found = await diagnosed(release);
    assert.deepEqual(found.findings, ['versions'], found.said);
    assert.match(
      found.of('versions').seen,
      /the server is .*:2\.7\.3-e2e, and lifeboat-restore still .*:2\.7\.2/,
    );

    await writeFile(
      path.join(release.folder, 'my-values.yaml'),
      stringify(release.userValues({ server: { image: { tag } } })),
    );
    const { code, said } = await release.tryLifeboat([
      'check',
      '-f',
      'lifeboat.yaml',
      '-o',
      'out',
      '--without-charts',
    ]);
    assert.equal(code, 4, said);
    assert.match(said, /out-up-to-date.*vault-values\.yaml/);
  });

  it.step('an empty disk comes back all the same, restored by the earlier tag', async (t) => {
    if (tag === undefined) return t.skip('images of this cluster are not made here');
    await release.loseDisk(0);

    await release.server.logSays('openbao', 'RESTORED');
    await release.server.ready();
    assert.equal(await release.server.readSecret(keys.root, 'app'), 'the value of before');
  });

  it.step('a new render and upgrade bring both together', async (t) => {
    if (tag === undefined) return t.skip('images of this cluster are not made here');
    await release.render({ values: { server: { image: { tag } } } });
    await release.installServer();

    await isWell(release);
  });
});
