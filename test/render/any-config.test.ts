/** Any valid configuration renders, to slices that the pods accept and to the same bytes each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { CONFIG_VARIABLE } from '../../contract/pod.ts';
import { validateBackupSlice, validateRestoreSlice } from '../../generated/validators.js';
import { render } from '../../generator/render/render.ts';
import { anyConfig, inputOf } from './any-config.ts';

test('any valid configuration renders to slices that the pods accept, and twice to the same bytes', () => {
  fc.assert(
    fc.property(anyConfig, (given) => {
      const once = () => render(inputOf(given));

      const rendered = once();

      assert.deepEqual(once().files, rendered.files);
      assert.ok(validateBackupSlice(rendered.plan.backup), JSON.stringify(validateBackupSlice.errors));
      const overlay = parse(rendered.files[0]?.text ?? '') as {
        server?: { extraInitContainers: { name: string; env: { name: string; value: string }[] }[] };
      };
      assert.equal(overlay.server !== undefined, rendered.plan.config.restore.enabled);
      const variable = overlay.server?.extraInitContainers[0]?.env.find(
        ({ name }) => name === CONFIG_VARIABLE,
      );
      if (overlay.server === undefined) return;
      const slice: unknown = JSON.parse(variable?.value ?? '');
      assert.deepEqual(slice, rendered.plan.restore);
      assert.ok(validateRestoreSlice(slice), JSON.stringify(validateRestoreSlice.errors));
      for (const { name, text } of rendered.files) {
        assert.ok(!text.includes('\r') && !text.includes('undefined') && text.endsWith('\n'), name);
      }
    }),
    { numRuns: 150 },
  );
});
