/**
 * `npm run fuzz [-- [--seconds 60] [--only NAME] [--seed N]]`: feeds each reader of foreign bytes with inputs made out of
 * the corpus, for so many seconds in all. What does harm is made small, kept in the corpus, and told with its seed.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { corpusOf, keep } from './corpus.ts';
import { mutated } from './mutated.ts';
import { feed, TARGETS } from './targets.ts';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      only: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
  const each = (Number(values.seconds) * 1000) / targets.length;
  const seed = values.seed === undefined ? Date.now() & 0x7fffffff : Number(values.seed);
  let failed = 0;
  let sum = 0;
  for (const target of targets) {
    const counts = { taken: 0, refused: 0 };
    const details = await fc.check(
      fc.asyncProperty(mutated(corpusOf(target)), async (bytes) => {
        counts[await feed(target, bytes)]++;
      }),
      {
        seed,
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: each,
        // A reader that does not come to its end is as harmful as one that throws.
        timeout: 20_000,
      },
    );
    const runs = counts.taken + counts.refused;
    sum += runs;
    if (details.counterexample === null) {
      process.stdout.write(
        `ok      ${target.name}: ${runs} inputs, ${counts.taken} taken, ${counts.refused} refused\n`,
      );
      continue;
    }
    failed++;
    const file = keep(target.name, details.counterexample[0]);
    process.stdout.write(
      `FAILED  ${target.name}: seed ${seed}, kept as ${file}\n${String(details.errorInstance)}\n`,
    );
  }
  process.stdout.write(
    `seed ${seed}: ${sum} inputs, ${failed} of ${targets.length} readers did what they must not\n`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
