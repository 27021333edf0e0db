/** Every reader of foreign bytes takes or refuses them, whatever they are: the kept corpus, and some inputs made out of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { corpusOf } from './corpus.ts';
import { mutated } from './mutated.ts';
import { feed, TARGETS } from './targets.ts';

for (const target of TARGETS) {
  test(`${target.name}: takes or refuses, and nothing else`, async () => {
    const corpus = corpusOf(target);
    const said = await Promise.all(corpus.map((bytes) => feed(target, bytes)));
    assert.ok(said.includes('taken'), 'the corpus holds nothing good');

    await fc.assert(
      fc.asyncProperty(mutated(corpus), async (bytes) => void (await feed(target, bytes))),
      { numRuns: 300, timeout: 20_000 },
    );
  });
}
