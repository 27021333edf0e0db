/** `npm run planted`: plants each bug in a copy, and tells which test caught it. Fails where one gets through. */
import { PLANTED_BUGS } from './bugs.ts';
import { Copy } from './plant.ts';

const copy = new Copy();
let missed = 0;
try {
  const all = [...new Set(PLANTED_BUGS.flatMap(({ tests }) => tests))];
  const { passed, failures } = await copy.run(all);
  if (!passed) throw new Error(`the tests fail before anything is planted: ${failures.join('; ')}`);
  for (const bug of PLANTED_BUGS) {
    const caught = await copy.planted(bug);
    if (caught.passed) missed++;
    const said = caught.passed
      ? `NOT CAUGHT by ${bug.tests.join(', ')}`
      : `caught by: ${caught.failures.join('; ')}`;
    process.stdout.write(`${bug.name}\n  in ${bug.file}; it would mean: ${bug.harm}\n  ${said}\n`);
  }
} finally {
  copy.remove();
}
process.stdout.write(`${PLANTED_BUGS.length - missed} of ${PLANTED_BUGS.length} planted bugs were caught\n`);
process.exitCode = missed === 0 ? 0 : 1;
