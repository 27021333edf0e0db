/** The report for people: each finding with its place, then one table. */
import { alignedRows } from '../../../contract/aligned-rows.ts';
import { formatProblem, groupedByCluster } from '../../config/problem.ts';
import { type CheckRow, type Result, resultOf } from '../finding.ts';

function cellsOf(row: CheckRow): readonly string[] {
  const result = resultOf(row);
  const count = row.findings.length;
  const told: Readonly<Record<Result, string>> = {
    ok: 'ok',
    failed: `FAILED (${count})`,
    warned: `ok, ${count === 1 ? '1 warning' : `${count} warnings`}`,
    skipped: `skipped: ${row.skipped ?? ''}`,
  };
  const cluster = row.cluster === '' ? '-' : row.cluster;
  return [row.check, cluster, `${(row.milliseconds / 1000).toFixed(1)} s`, told[result]];
}

function table(rows: readonly CheckRow[]): string {
  return alignedRows([['check', 'cluster', 'time', 'result'], ...rows.map(cellsOf)]).join('\n');
}

export function textReport(rows: readonly CheckRow[]): string {
  const findings = groupedByCluster(rows.flatMap((row) => row.findings)).map(
    (finding) => `${finding.level} [${finding.rule}] ${formatProblem(finding)}\n`,
  );
  return `${findings.join('')}${findings.length === 0 ? '' : '\n'}${table(rows)}\n`;
}
