/** Merging never loses an entry of the user's: all are in the values that Helm has in the end, in their order and unchanged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isMap, listAt, mergeValues, printed, type Values, valueAt } from '../../generator/chart/values.ts';
import { HELM_YAML } from '../../generator/config/yaml-documents.ts';
import { anyValues } from './any-values.ts';
import { fileOf } from './cases.ts';
import { renderData } from './laid-over.ts';

/** Lists that Helm replaces, and so we repeat. */
const LISTS = [
  'server.extraInitContainers',
  'server.volumes',
  'server.volumeMounts',
  'global.imagePullSecrets',
];

/** All that we may write. Everything else must be as if we were not there. */
const OURS = [...LISTS, 'server.postStart', 'server.serviceAccount.annotations', 'server.extraLabels'];

function without(values: Values, paths: readonly string[], at = ''): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const here = at === '' ? key : `${at}.${key}`;
      if (paths.includes(here)) return [];
      return [[key, isMap(value) ? without(value, paths, here) : value]];
    }),
  );
}

function isOurs(entry: unknown): boolean {
  return isMap(entry) && /^lifeboat-/.test(printed(entry.name));
}

test('every entry of the user is in the values that Helm has in the end, in its order, on every chart', () => {
  fc.assert(
    fc.property(anyValues, ({ chart, values, more }) => {
      const rendered = renderData(chart, values, more);
      const overlay = parse(fileOf(rendered, 'vault-values.yaml'), HELM_YAML) as Values;
      const before = mergeValues(chart.values, values);

      const after = mergeValues(before, overlay);

      assert.deepEqual(without(after, OURS), without(before, OURS));
      const pulls = rendered.plan.config.imagePullSecrets;
      for (const list of LISTS) {
        const theirs = listAt(before, list);
        const kept = listAt(after, list).filter((entry) => !isOurs(entry));
        assert.deepEqual(kept.slice(0, theirs.length), theirs, list);
        assert.ok(
          kept.slice(theirs.length).every((entry) => isMap(entry) && pulls.includes(printed(entry.name))),
        );
      }
      const hook = listAt(values, 'server.postStart');
      assert.deepEqual(listAt(after, 'server.postStart').slice(4), hook);
      for (const path of ['server.serviceAccount.annotations', 'server.extraLabels']) {
        const theirs = valueAt(before, path);
        const now = valueAt(after, path);
        if (typeof theirs === 'string') assert.ok(typeof now === 'string' && now.startsWith(theirs), path);
        else if (isMap(theirs))
          for (const [key, value] of Object.entries(theirs))
            assert.equal(isMap(now) ? now[key] : now, value, path);
      }
    }),
    { numRuns: 200 },
  );
});
