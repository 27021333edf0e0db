import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samePolicy } from './policy-meaning.ts';

const POLICY = `# one
path "sys/audit" {
  capabilities = ["read", "sudo"]
}
path "sys/storage/raft/snapshot" {
  capabilities = ["read"]
}
`;

test('comments, spaces, the order of rules and of capabilities are no difference', () => {
  const other =
    '# two\npath "sys/storage/raft/snapshot" { capabilities = ["read"] } // three\n\npath "sys/audit" {\n\tcapabilities = [ "sudo",\n "read", ]\n}';

  assert.ok(samePolicy(POLICY, other));
});

test('a capability, a path or a rule more or less is one', () => {
  for (const other of [
    POLICY.replace('["read"]', '["read", "update"]'),
    POLICY.replace('["read", "sudo"]', '["read"]'),
    POLICY.replace('raft/snapshot', 'raft/*'),
    `${POLICY}path "secret/*" { capabilities = ["read"] }`,
    POLICY.replace('["read"]', '["read"]\n  required_parameters = ["x"]'),
    POLICY.slice(0, POLICY.indexOf('path "sys/storage')),
    '',
  ])
    assert.ok(!samePolicy(POLICY, other), other);
});

test('what is no HCL is compared as text', () => {
  const json = '{"path": {"sys/audit": {"capabilities": ["read"]}}}';

  assert.ok(samePolicy(json, `${json}\n`));
  assert.ok(!samePolicy(json, POLICY));
  assert.ok(!samePolicy('path "x" {', POLICY));
});
