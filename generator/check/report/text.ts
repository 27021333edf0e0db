/** The report for people: each finding with its place, then one table. */
import { formatProblem, groupedByCluster } from '../../config/problem.ts';
import { type CheckRow, type Result, resultOf } from '../finding.ts';

const HEAD = { check: 'check', cluster: 'cluster', result: 'result', time: 'time' };
type Line = typeof HEAD;

function lineOf(row: CheckRow): Line {
  const result = resultOf(row);
  const count = row.findings.length;
  const told: Readonly<Record<Result, string>> = {
    ok: 'ok',
    failed: `FAILED (${count})`,
    warned: `ok, ${count === 1 ? '1 warning' : `${count} warnings`}`,
    skipped: `skipped: ${row.skipped ?? ''}`,
  };
  return {
    check: row.check,
    cluster: row.cluster === '' ? '-' : row.cluster,
    result: told[result],
    time: `${(row.milliseconds / 1000).toFixed(1)} s`,
  };
}

function table(rows: readonly CheckRow[]): string {
  const lines = [HEAD, ...rows.map(lineOf)];
  const columns = ['check', 'cluster', 'time', 'result'] as const;
  const width = (column: keyof Line): number => Math.max(...lines.map((line) => line[column].length));
  const widths = new Map(columns.map((column) => [column, width(column)]));
  return lines
    .map((line) =>
      columns
        .map((column) => line[column].padEnd(widths.get(column) ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function textReport(rows: readonly CheckRow[]): string {
  const findings = groupedByCluster(rows.flatMap((row) => row.findings)).map(
    (finding) => `${finding.level} [${finding.rule}] ${formatProblem(finding)}\n`,
  );
  return `${findings.join('')}${findings.length === 0 ? '' : '\n'}${table(rows)}\n`;
}
