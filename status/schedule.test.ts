import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsAround } from './schedule.ts';

const NOW = new Date('2026-11-25T13:30:00Z');

function seen(schedule: string, timeZone?: string): readonly (string | undefined)[] {
  const runs = runsAround(schedule, timeZone, NOW);
  return [runs?.next, ...(runs?.passed ?? [])].map((date) => date?.toISOString().replace(':00.000Z', 'Z'));
}

test('the next run, and the two before, of all forms that Kubernetes takes', () => {
  assert.deepEqual(seen('0 */12 * * *'), ['2026-11-26T00:00Z', '2026-11-25T12:00Z', '2026-11-25T00:00Z']);
  assert.deepEqual(seen('15,45 * ? * *'), ['2026-11-25T13:45Z', '2026-11-25T13:15Z', '2026-11-25T12:45Z']);
  assert.deepEqual(seen('@midnight'), ['2026-11-26T00:00Z', '2026-11-25T00:00Z', '2026-11-24T00:00Z']);
  assert.deepEqual(seen('0 6 * jan mon-fri'), [
    '2027-01-01T06:00Z',
    '2026-01-30T06:00Z',
    '2026-01-29T06:00Z',
  ]);
});

test('a day of the month and one of the week: either makes a run', () => {
  assert.deepEqual(seen('0 0 1 * sun'), ['2026-11-29T00:00Z', '2026-11-22T00:00Z', '2026-11-15T00:00Z']);
});

test('the time zone counts, over a change of the clock too', () => {
  const spring = new Date('2026-03-29T12:00:00Z');
  const runs = runsAround('30 4 * * *', 'Europe/Berlin', spring);

  assert.equal(runs?.next?.toISOString(), '2026-03-30T02:30:00.000Z');
  assert.deepEqual(
    runs?.passed.map((date) => date.toISOString()),
    ['2026-03-29T02:30:00.000Z', '2026-03-28T03:30:00.000Z'],
  );
});

test('what is no schedule or no time zone is not known', () => {
  assert.equal(runsAround('every night', undefined, NOW), undefined);
  assert.equal(runsAround('0 0 * * *', 'Mars/Olympus', NOW), undefined);
});
