/** What has to be done, from what is wanted and what is there; with real servers: test/setup-auth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LifeboatError } from '../../contract/errors.ts';
import type { VaultAccess } from '../../contract/vault-access.ts';
import type { Present } from './present.ts';
import { stepsFor } from './steps.ts';

const POLICY = 'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n';

const WANTED: VaultAccess = {
  product: 'vault',
  policy: { name: 'p', text: POLICY },
  method: { type: 'kubernetes', mount: 'k8s/a', config: { kubernetes_host: 'https://api' } },
  role: {
    name: 'r',
    fields: { bound_service_account_names: ['b', 'a'], audience: 'vault', token_ttl: 60 },
  },
  login: { account: 'a', namespace: 'n', audience: 'vault' },
};

const NOTHING: Present = { policy: undefined, mountType: undefined, config: undefined, role: undefined };
const ALL: Present = {
  policy: `# other words\n${POLICY}`,
  mountType: 'kubernetes',
  config: { kubernetes_host: 'https://of-the-user', kubernetes_ca_cert: '' },
  role: {
    bound_service_account_names: ['a', 'b'],
    audience: 'vault',
    token_ttl: 60,
    token_bound_cidrs: ['10.0.0.0/8'],
  },
};

const doings = (present: Present) => stepsFor(WANTED, present).map(({ doing }) => doing);

test('where nothing is, all is made, in an order in which each can be', () => {
  const steps = stepsFor(WANTED, NOTHING);

  assert.deepEqual(
    steps.map(({ path, body }) => [path, body]),
    [
      ['sys/policies/acl/p', { policy: POLICY }],
      ['sys/auth/k8s/a', { type: 'kubernetes' }],
      ['auth/k8s/a/config', { kubernetes_host: 'https://api' }],
      ['auth/k8s/a/role/r', WANTED.role.fields],
    ],
  );
  assert.deepEqual(doings(NOTHING), ['create', 'create', 'create', 'create']);
});

test('what is right stays, with what the user added; another configuration of the auth method is theirs', () => {
  const steps = stepsFor(WANTED, ALL);

  assert.deepEqual(new Set(steps.map(({ doing }) => doing)), new Set(['unchanged']));
  assert.ok(steps.every(({ body, note }) => body === undefined && note === undefined));
});

test('each field of the role that differs is named with both values', () => {
  const role = { ...ALL.role, bound_service_account_names: ['*'], audience: undefined };
  const step = stepsFor(WANTED, { ...ALL, role }).at(-1);

  assert.equal(step?.doing, 'update');
  assert.deepEqual(step?.changes, [
    { field: 'bound_service_account_names', from: '*', to: 'a, b' },
    { field: 'audience', from: '', to: 'vault' },
  ]);
});

test('a policy that allows something else is an update that carries both texts', () => {
  const [step] = stepsFor(WANTED, { ...ALL, policy: 'path "*" { capabilities = ["sudo"] }' });

  assert.equal(step?.doing, 'update');
  assert.equal(step?.changes[0]?.to, POLICY);
});

test('a pinned CA or reviewer stays, with a note that says what it means and what undoes it', () => {
  const config = { kubernetes_ca_cert: '-----BEGIN', token_reviewer_jwt_set: true };
  const step = stepsFor(WANTED, { ...ALL, config })[2];

  assert.equal(step?.doing, 'unchanged');
  assert.match(
    step?.note ?? '',
    /pins a CA .* and a reviewer's token .*vault write auth\/k8s\/a\/config kubernetes_host=/,
  );
});

test('an auth method of another type in the way is refused', () => {
  assert.throws(
    () => stepsFor(WANTED, { ...NOTHING, mountType: 'jwt' }),
    (error) =>
      error instanceof LifeboatError &&
      error.exit === 'refused' &&
      /k8s\/a\/ .* type jwt/.test(error.message),
  );
});
