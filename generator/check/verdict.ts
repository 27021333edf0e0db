/** From all rows of a run to its exit code. Pure. */
import type { ExitName } from '../../contract/exit-codes.ts';
import type { CheckRow } from './finding.ts';

/** A configuration that is wrong says most, and drift that is alone needs no thought: render again. */
export function verdictOf(rows: readonly CheckRow[], strict: boolean): ExitName {
  const findings = rows.flatMap((row) => row.findings).filter(({ level }) => strict || level === 'error');
  if (findings.length === 0) return 'ok';
  if (findings.some(({ rule }) => rule === 'configuration')) return 'config';
  return findings.every(({ rule }) => rule === 'out-up-to-date') ? 'drift' : 'check';
}
