/** Checks a CronJob's schedule: five fields or a word such as @daily, as Kubernetes reads them. */

const FIELDS = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

type Field = (typeof FIELDS)[number];

const MACROS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

function numberOf(text: string, field: Field): number | undefined {
  if (/^\d+$/.test(text)) {
    const value = Number(text);
    return value >= field.min && value <= field.max ? value : undefined;
  }
  const index = (field.names as readonly string[]).indexOf(text.toLowerCase());
  return index < 0 ? undefined : index + field.min;
}

function partProblem(part: string, field: Field): string | undefined {
  const range = `${field.min} to ${field.max}`;
  const [span = '', step, more] = part.split('/');
  if (more !== undefined) return `"${part}" has two steps`;
  if (step !== undefined && !/^[1-9]\d*$/.test(step))
    return `the step of "${part}" must be a whole number from 1`;
  if (span === '*' || span === '?') return undefined;
  const [from = '', to, third] = span.split('-');
  if (third !== undefined) return `"${span}" is no range`;
  const first = numberOf(from, field);
  if (first === undefined) return `"${from}" is not in ${range}`;
  if (to === undefined) return undefined;
  const last = numberOf(to, field);
  if (last === undefined) return `"${to}" is not in ${range}`;
  return first > last ? `the range "${span}" runs backwards` : undefined;
}

/** Why the schedule is refused, with what to write instead; undefined where it is well. */
export function cronProblem(schedule: string): { message: string; hint: string } | undefined {
  const hint =
    'Five fields: minute, hour, day of the month, month, day of the week. For example: "0 */12 * * *".';
  const text = schedule.trim();
  if (/^@every\b/.test(text)) {
    return {
      message: `"${schedule}" is refused: a CronJob would count its interval anew whenever its controller restarts, so its times would drift`,
      hint: 'Write the times: every twelve hours is "0 */12 * * *".',
    };
  }
  if (/^(?:CRON_)?TZ=/.test(text)) {
    return { message: 'a time zone stands in the schedule', hint: 'Write it as backup.timeZone.' };
  }
  if (text.startsWith('@')) {
    return MACROS.includes(text) ? undefined : { message: `"${schedule}" is no schedule`, hint };
  }
  const parts = text.split(/\s+/);
  if (parts.length !== 5) {
    const six = parts.length === 6 ? ' (cron of Kubernetes has no seconds)' : '';
    return { message: `"${schedule}" has ${parts.length} fields and five are expected${six}`, hint };
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const part of (parts[index] ?? '').split(',')) {
      const problem = partProblem(part, field);
      if (problem !== undefined) return { message: `"${schedule}": ${field.name}: ${problem}`, hint };
    }
  }
  return undefined;
}
