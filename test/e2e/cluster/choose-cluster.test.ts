import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfCluster } from './choose-cluster.ts';
import { CannotRun } from './cluster.ts';
import { confirmed, imageOf } from './given-cluster.ts';
import { gatewayOf } from './kind-cluster.ts';

const NOTHING = { kubeconfig: undefined, docker: false, kind: false };

test('a cluster that is given goes before kind, and kind before the own node', () => {
  const all = { kubeconfig: '/a', docker: true, kind: true };

  assert.equal(kindOfCluster(all, undefined, false), 'given');
  assert.equal(kindOfCluster({ ...all, kubeconfig: undefined }, undefined, false), 'kind');
  assert.equal(kindOfCluster({ ...NOTHING, docker: true }, undefined, false), 'own-node');
  assert.equal(kindOfCluster({ ...NOTHING, kind: true }, undefined, false), 'own-node');
});

test('a person may name another one, and what was kept is the own node', () => {
  assert.equal(kindOfCluster({ ...NOTHING, docker: true, kind: true }, 'own-node', false), 'own-node');
  assert.equal(kindOfCluster({ ...NOTHING, docker: true, kind: true }, undefined, true), 'own-node');
});

test('a cluster is used only by the name that its kubeconfig gives it', () => {
  confirmed('scratch', 'scratch');

  for (const said of [undefined, '', 'production'])
    assert.throws(
      () => confirmed('scratch', said),
      (error) => error instanceof CannotRun && error.fault === 'told' && error.next.endsWith('=scratch'),
    );
});

test('an image has a repository, with its port, and a tag', () => {
  const said = 'registry.example:5000/a/lifeboat:e2e';
  assert.deepEqual(imageOf('X', said), { repository: 'registry.example:5000/a/lifeboat', tag: 'e2e' });

  for (const wrong of ['lifeboat', 'registry.example:5000/lifeboat', ':e2e'])
    assert.throws(() => imageOf('X', wrong), CannotRun, wrong);
});

test('the store of kind listens where the network of the engine has this machine', () => {
  const inspected = [
    { IPAM: { Config: [{ Subnet: 'fc00::/64', Gateway: 'fc00::1' }, { Gateway: '172.18.0.1' }] } },
  ];
  assert.equal(gatewayOf(JSON.stringify(inspected)), '172.18.0.1');

  assert.throws(() => gatewayOf('[{"IPAM":{"Config":[{"Subnet":"fc00::/64"}]}}]'), /IPv4/);
});
