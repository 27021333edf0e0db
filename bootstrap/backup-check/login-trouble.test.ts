/** The sentences are those that OpenBao 2.7.2 answers; test/e2e/scenarios/doctor.scenario.ts meets them on a cluster. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginTrouble } from './login-trouble.ts';

const KUBERNETES = { kubernetes: { mount: 'k8s', role: 'backup', tokenFile: '/token' } };
const APPROLE = { approle: { mount: 'approle', credentials: '/auth' } };

const trouble = (message: string, status = 403) =>
  loginTrouble(KUBERNETES, 'openbao', { status, message, mounted: true });

for (const [message, status, seen] of [
  ['invalid role name "backup"', 400, /auth\/k8s has no role backup/],
  ['service account name not authorized', 403, /bound to another service account/],
  ['namespace not authorized', 403, /bound to another namespace/],
  [
    'invalid audience (aud) claim: audience claim does not match any expected audience',
    403,
    /bound to another audience/,
  ],
] as const)
  test(`"${message}" is a fault of the role, which setup-auth mends`, () => {
    const answer = trouble(message, status);

    assert.equal(answer.check, 'role');
    assert.equal(answer.result, 'finding');
    assert.match(answer.seen, seen);
    assert.equal(answer.fix, 'lifeboat setup-auth -f lifeboat.yaml');
  });

test('a bare denial of a method that is there means that the API server does not review the token', () => {
  const answer = trouble('permission denied');

  assert.match(answer.seen, /cannot have the token reviewed by the API server/);
  assert.equal(
    answer.fix,
    'as an administrator: bao write auth/k8s/config kubernetes_host=https://kubernetes.default.svc',
  );
});

test('the same denial without a method says that there is none', () => {
  const answer = loginTrouble(KUBERNETES, 'vault', {
    status: 403,
    message: 'permission denied',
    mounted: false,
  });

  assert.match(answer.seen, /no auth method at auth\/k8s/);
  assert.equal(answer.fix, 'lifeboat setup-auth -f lifeboat.yaml');
});

test('what nobody knows is told in the words of the server', () => {
  assert.match(trouble('the moon is full', 418).seen, /with 418: the moon is full/);
  const approle = loginTrouble(APPROLE, 'vault', {
    status: 400,
    message: 'invalid role or secret ID',
    mounted: true,
  });
  assert.match(approle.seen, /refuses role_id and secret_id of the Secret: invalid role or secret ID/);
});
