/**
 * The commands that the pods run: init-container, restore, post-start, backup. Their talk is the log, on stderr.
 * Each loads what it needs itself: a pod with data on its disk must not wait for what it never uses.
 */
import { writeFileSync } from 'node:fs';
import { createLog, type Log, type LogFormat, type LogOptions } from '../../bootstrap/log.ts';
import { readBackupSlice, readRestoreSlice } from '../../bootstrap/read-slice.ts';
import { leaveLastWord } from '../../bootstrap/termination-message.ts';
import { ageText } from '../../contract/age-text.ts';
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { CONFIG_VARIABLE, RUN_FILES } from '../../contract/pod.ts';
import type { Word } from '../../contract/pod-states.ts';
import type { CliIo } from '../io.ts';
import { namedFile } from '../named-file.ts';
import { systemTrouble } from '../system-trouble.ts';

/** The log's format before the configuration could be read: from the flag, else the slice, else text. */
function formatOf(flag: LogFormat | undefined): LogFormat {
  if (flag !== undefined) return flag;
  try {
    const slice = JSON.parse(process.env[CONFIG_VARIABLE] ?? '') as { log?: unknown };
    return slice.log === 'json' ? 'json' : 'text';
  } catch {
    return 'text';
  }
}

/**
 * A pod's failure is told by its log, so that one format holds for all its lines; and the last state that the log
 * names is left for Kubernetes when the container ends.
 */
async function logged(options: LogOptions, work: (log: Log) => Promise<void>): Promise<number> {
  let last: Word | undefined;
  const log = createLog({
    ...options,
    onState: (word) => {
      last = word;
    },
  });
  try {
    await work(log);
    if (last !== undefined) leaveLastWord(last);
    return 0;
  } catch (error) {
    const known = error instanceof LifeboatError ? error : systemTrouble(error);
    if (known === undefined) throw error;
    log.error(known.message, { state: 'refused', exit: known.exitCode });
    if (known.hint !== undefined) log.error(`next: ${known.hint}`);
    leaveLastWord(refusalWord(options.part, known));
    return known.exitCode;
  }
}

export async function runInitContainer(
  options: { data: string; log?: LogFormat },
  bundle: string,
  signal: AbortSignal,
): Promise<number> {
  const { initContainer } = await import('../../bootstrap/restore/init-container.ts');
  return await logged({ format: formatOf(options.log), part: 'init-container' }, (log) =>
    initContainer({ dataPath: options.data, env: process.env, bundle, log, signal }),
  );
}

export async function runRestoreContainer(
  options: { log?: LogFormat },
  signal: AbortSignal,
): Promise<number> {
  const format = options.log ?? (await sliceFormat());
  const { runRestore } = await import('../../bootstrap/restore/run-restore.ts');
  return await logged({ format, part: 'restore' }, (log) => runRestore(process.env, log, signal));
}

/** Whatever goes wrong here, the server beside it must not notice: the exit code is always 0. */
export async function runPostStart(options: { log?: LogFormat }): Promise<number> {
  const log = createLog({ format: options.log ?? (await sliceFormat()), part: 'post-start' });
  try {
    // Under memory pressure the kernel is to end this process, never the server.
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not allowed in every sandbox; the heap is capped all the same.
  }
  try {
    const slice = await readRestoreSlice(RUN_FILES.config);
    const { runWorker } = await import('../../bootstrap/restore/worker.ts');
    const { VaultClient } = await import('../../bootstrap/vault/client.ts');
    const { createTransport } = await import('../../bootstrap/vault/transport.ts');
    const client = new VaultClient(slice.server.address, createTransport(slice.server.tls));
    const { readNote } = await import('../../bootstrap/restore/work.ts');
    const note = await readNote();
    const start = note?.work === 'none' ? note.start : undefined;
    await runWorker({ slice, client, podName: process.env.HOSTNAME ?? 'the pod', log, start });
  } catch (error) {
    log.error(`the server runs without lifeboat's help from here on: ${messageOf(error)}`);
    if (error instanceof LifeboatError && error.hint !== undefined)
      log.error(`next: ${error.hint}, then delete the pod; or unseal it by hand`);
  }
  return 0;
}

async function sliceFormat(): Promise<LogFormat> {
  const slice = await readRestoreSlice(RUN_FILES.config).catch(() => undefined);
  return slice?.log ?? 'text';
}

export interface BackupFlags {
  readonly config: string;
  readonly takeOver?: string;
  readonly log?: LogFormat;
  readonly json: boolean;
}

/** Its failure is told as that of any command; here its last words are left for Kubernetes. */
export async function runBackup(flags: BackupFlags, io: CliIo, signal: AbortSignal): Promise<void> {
  try {
    await oneBackup(flags, io, signal);
  } catch (error) {
    if (error instanceof LifeboatError) leaveLastWord(refusalWord('backup', error));
    throw error;
  }
}

function refusalWord(part: string, { message, hint, exitCode }: LifeboatError): Word {
  const time = new Date().toISOString();
  const next = hint === undefined ? {} : { next: hint };
  return { time, part, level: 'error', state: 'refused', message, ...next, fields: { exit: exitCode } };
}

async function oneBackup(flags: BackupFlags, io: CliIo, signal: AbortSignal): Promise<void> {
  const { backup } = await import('../../bootstrap/backup/backup.ts');
  const { openStore } = await import('../../bootstrap/store/open-store.ts');
  const slice = await readBackupSlice(await namedFile('--config', flags.config));
  const log = createLog({
    format: flags.log ?? slice.log,
    part: 'backup',
    write: io.stderr,
    onState: leaveLastWord,
  });
  const store = await openStore(slice.store, slice.name, log);
  const limit = AbortSignal.timeout(slice.timeoutSeconds * 1000);
  const started = new Date();
  try {
    const result = await backup({
      slice,
      store,
      log,
      takeOver: flags.takeOver,
      signal: AbortSignal.any([signal, limit]),
    });
    log.info(
      `BACKED UP ${slice.name} to ${result.key} in ${ageText(started, new Date())}: verified, read back; phases: ${result.phases}`,
      {
        state: 'backed-up',
        key: result.key,
        bytes: result.manifest.archive.size,
        taken: result.manifest.taken.started,
        clusterId: result.manifest.cluster.id,
      },
    );
    if (flags.json) {
      io.stdout(
        `${JSON.stringify({ key: result.key, manifest: result.manifest, pruned: result.pruned, phases: result.phases.list() })}\n`,
      );
    }
  } catch (error) {
    if (limit.aborted) {
      throw new LifeboatError(
        'timeout',
        `the backup took longer than ${slice.timeoutSeconds} s; the pointer was not touched`,
        {
          hint: 'raise backup.timeout in lifeboat.yaml, or look at the speed of the store',
        },
      );
    }
    throw error;
  }
}
