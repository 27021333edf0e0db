import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VaultRefusal } from './refusal.ts';

const ADDRESS = 'http://vault-0:8200';
const refusal = (what: string, status: number) => new VaultRefusal(ADDRESS, what, status, 'its reason');

test('a later try may help where the server is at fault or between two leaders, and nowhere else', () => {
  for (const status of [0, 301, 307, 412, 429, 500, 502, 503])
    assert.ok(refusal('sys/audit', status).retryable);
  for (const status of [400, 401, 403, 404, 405]) assert.ok(!refusal('sys/audit', status).retryable);
});

test('the sentence has the address, what was asked, the status and the reason', () => {
  const { message, exit, status } = refusal('the snapshot', 403);

  assert.equal(message, `${ADDRESS} refuses the snapshot with 403: its reason`);
  assert.deepEqual([exit, status], ['vault', 403]);
});

test('a redirect is told as what it is', () => {
  assert.match(
    refusal('auth/approle/login', 307).message,
    /redirect \(307\): it is a standby that does not reach/,
  );
});

test('a denial says what to look at: the role where a login was denied, else the policy', () => {
  for (const status of [400, 403]) {
    assert.match(refusal('auth/kubernetes/prod/login', status).hint ?? '', /auth-setup\.sh/);
    assert.match(refusal('auth/approle/login', status).hint ?? '', /auth-setup\.sh/);
  }
  assert.match(refusal('sys/audit', 403).hint ?? '', /policy/);
  for (const status of [400, 500]) assert.equal(refusal('sys/audit', status).hint, undefined);
  for (const status of [307, 412, 429, 500])
    assert.equal(refusal('auth/approle/login', status).hint, undefined);
});
