import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronProblem } from './cron.ts';

for (const schedule of [
  '0 */12 * * *',
  '*/5 0-6,18-23/2 1,15 JAN-mar MON',
  '59 23 31 12 0',
  '0 0 ? * sat',
  '@daily',
]) {
  test(`takes ${schedule}`, () => {
    assert.equal(cronProblem(schedule), undefined);
  });
}

for (const [schedule, says] of [
  ['', /has 1 fields/],
  ['0 0 * * * *', /has 6 fields .*no seconds/],
  ['60 * * * *', /minute: "60" is not in 0 to 59/],
  ['0 0 0 * *', /day of the month: "0" is not in 1 to 31/],
  ['0 0 * 13 *', /month: "13"/],
  ['0 0 * * 7', /day of the week: "7" is not in 0 to 6/],
  ['0 5-3 * * *', /the range "5-3" runs backwards/],
  ['*/0 * * * *', /step/],
  ['a * * * *', /minute: "a"/],
  ['1,,2 * * * *', /minute: "" is not in/],
  ['@every 12h', /would drift/],
  ['@reboot', /is no schedule/],
  ['CRON_TZ=UTC 0 0 * * *', /a time zone stands in the schedule/],
] as const) {
  test(`refuses "${schedule}"`, () => {
    assert.match(cronProblem(schedule)?.message ?? 'nothing was refused', says);
  });
}
