/** `lifeboat backup --check`: what was seen as log lines for people, and with --json one line for `lifeboat doctor`. */
import { createLog, type LogFormat } from '../../bootstrap/log.ts';
import { readBackupSlice } from '../../bootstrap/read-slice.ts';
import { type Answer, reportLine } from '../../contract/doctor.ts';
import { EXIT_CODES, type ExitName } from '../../contract/exit-codes.ts';
import type { CliIo } from '../io.ts';
import { namedFile } from '../named-file.ts';

export interface BackupCheckFlags {
  readonly config: string;
  readonly log?: LogFormat;
  readonly json: boolean;
}

/** A finding counts before what could not be seen. */
export function exitOf(answers: readonly Answer[]): ExitName {
  if (answers.some(({ result }) => result === 'finding')) return 'check';
  return answers.some(({ result }) => result === 'unknown') ? 'unseen' : 'ok';
}

export async function runBackupCheck(
  flags: BackupCheckFlags,
  io: CliIo,
  signal: AbortSignal,
): Promise<number> {
  const { checkBackup } = await import('../../bootstrap/backup-check/check-backup.ts');
  const { openStore } = await import('../../bootstrap/store/open-store.ts');
  const slice = await readBackupSlice(await namedFile('--config', flags.config));
  const log = createLog({ format: flags.log ?? slice.log, part: 'backup --check', write: io.stderr });
  const limit = AbortSignal.timeout(slice.timeoutSeconds * 1000);
  const report = await checkBackup({
    slice,
    open: () => openStore(slice.store, slice.name, log),
    signal: AbortSignal.any([signal, limit]),
  });
  for (const { check, result, seen, fix } of report.answers) {
    if (result === 'ok') log.info(`${check}: ok: ${seen}`);
    else if (result === 'unknown') log.warn(`${check}: could not be seen: ${seen}; next: ${fix ?? ''}`);
    else log.error(`${check}: ${seen}; next: ${fix ?? ''}`);
  }
  if (flags.json) io.stdout(`${reportLine(report)}\n`);
  return EXIT_CODES[exitOf(report.answers)].code;
}
