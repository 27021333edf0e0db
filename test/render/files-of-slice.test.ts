/** Every file and folder of ours that the restore slice names is mounted in both init containers and in the server's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOUNTS } from '../../contract/pod.ts';
import { CASES, dataOf, renderCase } from './cases.ts';

interface Container {
  readonly name: string;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

interface Overlay {
  readonly server: {
    readonly extraInitContainers: readonly Container[];
    readonly volumeMounts: Container['volumeMounts'];
  };
}

/** Texts of the slice that are paths of ours, wherever they stand. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return Object.values(MOUNTS).some((mount) => `${value}/`.startsWith(`${mount}/`)) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

for (const name of CASES) {
  test(`the containers of ${name} see what they are told of`, async (t) => {
    const rendered = await renderCase(name);
    if (rendered.plan.restore === undefined) return t.skip('it restores nothing');
    const paths = pathsIn(rendered.plan.restore);
    const { server } = dataOf<Overlay>(rendered, 'vault-values.yaml');
    const ours = server.extraInitContainers.filter((container) => container.name.startsWith('lifeboat-'));

    assert.equal(ours.length, 2);
    for (const { name: container, volumeMounts } of [...ours, { name: 'the server', ...server }]) {
      const blind = paths.filter(
        (path) => !volumeMounts.some(({ mountPath }) => `${path}/`.startsWith(`${mountPath}/`)),
      );
      assert.deepEqual(blind, [], container);
    }
  });
}
