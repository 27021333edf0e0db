/** That a test file with servers is alone: in a network that nothing else is in, with processes that end with it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';

const skip =
  process.env.LIFEBOAT_TEST_NETWORK === 'own'
    ? false
    : 'not started by npm test, or namespaces are not allowed here';

test('a test file under npm test sees loopback alone, and no process but its own', { skip }, () => {
  assert.deepEqual(Object.keys(networkInterfaces()), ['lo']);
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  assert.ok(processes.length < 10, `${processes.length} processes`);
});
