import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../facts.ts';
import { closing, type RunResults, ratioText, type ScenarioResult } from './results.ts';
import { testedPage } from './tested-page.ts';

const FACTS: readonly Fact[] = [
  { kind: 'install', product: 'vault', chartVersion: '0.34.1', replicas: 3 },
  { kind: 'install', product: 'vault', chartVersion: '0.34.1', replicas: 1 },
  { kind: 'server', product: 'vault', version: '1.21.1', seal: 'transit' },
  { kind: 'server', product: 'vault', version: '1.21.1', seal: 'transit' },
];

function result(name: string, passed: boolean, seconds: number, facts: readonly Fact[] = []): ScenarioResult {
  return { name, passed, seconds, steps: [], facts, ...(passed ? {} : { collected: `/results/${name}` }) };
}

const RUN: RunResults = {
  cluster: 'own node',
  kubernetes: '1.34.4',
  images: 'stand-ins',
  scenarios: [
    result('quick', true, 12.3, FACTS),
    result('slow', false, 99.9),
    result('ratio', true, 50, [{ kind: 'measurement', what: 'with beside without', ratios: [3, 1, 2] }]),
  ],
  leftOut: ['long'],
};

const KNOWN = ['slow', 'long', 'quick', 'ratio'];

test('the end of a run has all times, the longest first, and the sums in its last line', () => {
  assert.equal(
    closing(RUN),
    [
      'FAILED    100 s  slow',
      'passed     50 s  ratio',
      'passed     12 s  quick',
      'left out          long',
      'with beside without: 2.00 (1.00 to 3.00)',
      'what was there when "slow" failed: /results/slow',
      '2 passed, 1 failed, 1 left out',
    ].join('\n'),
  );
});

test('of an even number of rounds the median lies between the two in the middle', () => {
  assert.equal(ratioText([4, 1, 2, 3]), '2.50 (1.00 to 4.00)');
});

test('the table says what each scenario met, and no time but ratios', () => {
  const page = testedPage([RUN], KNOWN);

  assert.ok(
    page.includes(
      '| quick | Vault 1.21.1 | vault 0.34.1 | transit | 1, 3 | 1.34.4, own node | stand-ins | passed |',
    ),
    page,
  );
  assert.match(page, /^\| slow \| none .* \| \*\*failed\*\* \|$/m);
  assert.match(page, /not in these results:\n\n- long$/m);
  assert.match(page, /^- with beside without: 2\.00 \(1\.00 to 3\.00\)$/m);
  assert.doesNotMatch(page, /12|99|50/);
});

test('the same results in another order give the same table, and of two the later one counts', () => {
  const { scenarios } = RUN;
  assert.equal(testedPage([{ ...RUN, scenarios: scenarios.toReversed() }], KNOWN), testedPage([RUN], KNOWN));

  const again: RunResults = {
    ...RUN,
    scenarios: [result('slow', true, 1), result('long', true, 1)],
    leftOut: [],
  };
  const page = testedPage([RUN, again], KNOWN);
  assert.doesNotMatch(page, /failed\*\*|not in these/);
});
