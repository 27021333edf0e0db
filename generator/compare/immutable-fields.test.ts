import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { compareStatefulSets } from './immutable-fields.ts';

function manifest(spec: object, name = 'vault'): string {
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec };
  return `${stringify({ kind: 'Service', metadata: { name } })}---\n${stringify(set)}`;
}

const SPEC = {
  podManagementPolicy: 'OrderedReady',
  serviceName: 'vault-internal',
  replicas: 1,
  selector: { matchLabels: { a: '1', b: '2' } },
  template: { spec: {} },
  volumeClaimTemplates: [{ metadata: { name: 'data' } }],
};

const compared = (change: object) =>
  compareStatefulSets(manifest(SPEC), manifest({ ...SPEC, ...change }), 'ns');

test('what may be changed is no matter, nor in which order maps are written', () => {
  const labels = { selector: { matchLabels: { b: '2', a: '1' } } };

  assert.deepEqual(
    compared({ replicas: 3, template: {}, updateStrategy: {}, minReadySeconds: 1, ...labels }),
    {
      refusals: [],
      effects: [],
    },
  );
});

test('each field that is fixed is named, with the place in the values and the way out', () => {
  for (const [change, path] of [
    [{ podManagementPolicy: 'Parallel' }, 'server.podManagementPolicy'],
    [{ serviceName: 'x' }, 'fullnameOverride'],
    [{ selector: {} }, 'nameOverride'],
    [{ volumeClaimTemplates: [] }, 'server.dataStorage'],
    [{ somethingNew: 1 }, 'server'],
  ] as const) {
    const [only, ...more] = compared(change).refusals;
    assert.deepEqual(more, []);
    assert.equal(only?.path, path);
    assert.match(only.message, new RegExp(Object.keys(change)[0] ?? ''));
    assert.match(only.hint, /kubectl delete statefulset vault -n ns --cascade=orphan/);
  }
});

test('a StatefulSet that would be gone is warned of, and names the one that comes with empty disks', () => {
  const { refusals, effects } = compareStatefulSets(manifest(SPEC), manifest(SPEC, 'other'), 'ns');

  assert.deepEqual(refusals, []);
  assert.deepEqual(
    effects.map(({ level }) => level),
    ['warning'],
  );
  assert.match(effects[0]?.text ?? '', /deletes the StatefulSet vault and makes other/);
});
