/** The bugs that would hurt most are caught: each is planted in a copy, and its tests must fail. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PLANTED_BUGS } from './bugs.ts';
import { Copy } from './plant.ts';

const copy = new Copy();
after(() => copy.remove());

test('nothing is planted yet, and their tests pass', async () => {
  const tests = [...new Set(PLANTED_BUGS.flatMap((bug) => bug.tests))];

  assert.deepEqual(await copy.run(tests), { passed: true, failures: [] });
});

for (const bug of PLANTED_BUGS) {
  test(`caught: ${bug.name}`, async () => {
    const { passed, failures } = await copy.planted(bug);

    assert.equal(passed, false, bug.harm);
    assert.ok(failures.length > 0, 'it is an assertion that fails, not a file that cannot be read');
  });
}
