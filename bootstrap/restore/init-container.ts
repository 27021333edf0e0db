/**
 * The first init container. It decides what this pod start needs, waits until it is known what the other servers have,
 * brings the snapshot, refuses before any harm, and leaves a note for the second one. With data present it touches
 * nothing, asks no network and never fails.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { CONFIG_VARIABLE, RUN_FILES } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { writeDurably } from '../durable.ts';
import { readShareFolder } from '../keys/share-files.ts';
import type { Log } from '../log.ts';
import { beginHandshake } from '../peers/handshake.ts';
import { parseRestoreSlice } from '../read-slice.ts';
import type { Candidate } from '../snapshot/choose.ts';
import { openStore } from '../store/open-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { latestRestored, readDisk } from './attempt-folder.ts';
import { copyRuntime } from './copy-runtime.ts';
import { type Downloaded, download } from './download.ts';
import { finishSwap, keepForOthers, swap, withoutAttempt } from './final-renames.ts';
import { DAMAGED_HINT, find, isStillChosen } from './find-snapshot.ts';
import { patiently } from './patience.ts';
import { type DiskState, nextStep, type Step } from './phase.ts';
import { Phases } from './phases.ts';
import { chooseShares, requireSameSeal } from './preflight.ts';
import { COMPLETED_MARK } from './receipts.ts';
import { type Note, startOf, writeNote } from './work.ts';

export interface InitOptions {
  readonly dataPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The bundle's own file, to be copied. */
  readonly bundle: string;
  readonly log: Log;
  /** Ends a wait: for other servers, for the store. */
  readonly signal: AbortSignal;
}

export async function initContainer(options: InitOptions): Promise<void> {
  const { dataPath, log } = options;
  const disk = await look(options);
  if (disk === 'unreadable') return await handOver(options);
  const step = nextStep(disk);
  if (step.step === 'leave') {
    log.info(`data present (${step.because}): nothing to restore, ${dataPath} is left as it is`, {
      state: 'data-present',
    });
    await standAside(options);
    return;
  }
  if (step.step === 'finish-swap') {
    await finishSwap(dataPath, step.attempt, step.parts, log);
    await standAside(options);
    return;
  }
  const slice = parseRestoreSlice(options.env[CONFIG_VARIABLE], CONFIG_VARIABLE);
  await shareWithOthers(slice, options);
  const handshake = await beginHandshake({ slice, env: options.env, log, signal: options.signal });
  try {
    const outcome = await handshake.decided();
    if (outcome.decision === 'restore') {
      handshake.nowRestores();
      await restoreOrInstall(slice, step, options);
      return;
    }
    if (step.step === 'swap') await keepForOthers(dataPath, step.attempt, log);
    await writeNote({ work: 'none', start: startOf(outcome) });
  } finally {
    await handshake.close();
  }
}

/** No other server has data: what was proven before is put into place, or a snapshot is brought. */
async function restoreOrInstall(slice: RestoreSlice, first: Step, options: InitOptions): Promise<void> {
  const { dataPath, log } = options;
  let step = first;
  while (step.step === 'swap') {
    const { attempt } = step;
    if (await patiently(() => isStillChosen(slice, attempt, log), options)) {
      log.info(`attempt-${step.attempt} was proven before this start: putting it into place`, {
        state: 'in-place',
      });
      await swap(dataPath, step.attempt, log);
      await writeNote({ work: 'none' });
      return;
    }
    step = nextStep(await withoutAttempt(dataPath, step.attempt, log));
  }
  await writeNote(await bringSnapshot(slice, options));
}

/** Unknown is not "no": a directory that cannot be read may hold a Vault, or may be empty. */
async function look({ dataPath, log }: InitOptions): Promise<DiskState | 'unreadable'> {
  if (!existsSync(dataPath)) {
    throw new LifeboatError('refused', `the data directory ${dataPath} does not exist in this pod`, {
      hint: 'the claim `data` must be mounted there; render vault-values.yaml again',
    });
  }
  try {
    return await readDisk(dataPath);
  } catch (error) {
    log.error(`${dataPath} cannot be read: ${messageOf(error)}`);
    return 'unreadable';
  }
}

/** Without a note the next container looks for itself. It runs as the server does, and may read what this one may not. */
async function handOver(options: InitOptions): Promise<void> {
  const { log } = options;
  log.warn('nothing is decided here: the next container, which runs as the server does, looks again');
  await rm(RUN_FILES.note, { force: true });
  try {
    await shareWithOthers(parseRestoreSlice(options.env[CONFIG_VARIABLE], CONFIG_VARIABLE), options);
  } catch (error) {
    log.warn(`it has to do without lifeboat's help: ${messageOf(error)}`);
  }
}

/** The server starts as it is. Whatever is broken in lifeboat, this must not keep it from starting. */
async function standAside(options: InitOptions): Promise<void> {
  const { log, dataPath } = options;
  try {
    await writeNote({ work: 'none' });
  } catch (error) {
    log.warn(
      `the note in ${RUN_FILES.note} cannot be written (${messageOf(error)}); the next container looks for itself`,
    );
  }
  try {
    const slice = parseRestoreSlice(options.env[CONFIG_VARIABLE], CONFIG_VARIABLE);
    const restored = await latestRestored(dataPath);
    const toReport = restored !== undefined && !existsSync(join(restored.folder, COMPLETED_MARK));
    if (slice.server.seal === 'shamir' || toReport) await shareWithOthers(slice, options);
  } catch (error) {
    log.warn(
      `the server starts without lifeboat's help after its start (no unseal, no receipt): ${messageOf(error)}`,
    );
  }
}

/** Configuration and runtime for the containers that run inside the server's image. */
async function shareWithOthers(slice: RestoreSlice, options: InitOptions): Promise<void> {
  await writeDurably(RUN_FILES.config, `${JSON.stringify(slice)}\n`, 0o644);
  await copyRuntime(options.bundle);
}

async function bringSnapshot(slice: RestoreSlice, options: InitOptions): Promise<Note> {
  const { log } = options;
  const brought = await patiently(() => findAndDownload(slice, options), options);
  if ('nothingIn' in brought) return noSnapshot(slice, brought.nothingIn, log);
  const { got, phases } = brought;
  const { facts, manifest } = got;
  requireSameSeal(got.key, facts, slice.server.seal, slice.server.product);
  if (facts.sealed.kind === 'shamir' && 'shares' in slice.restore.unseal) {
    const { shares } = slice.restore.unseal;
    const set = chooseShares(
      got.key,
      facts,
      await patiently(() => readShareFolder(shares), options),
      manifest,
    );
    log.info(`the unseal shares of ${set.name} open ${got.key} (proven offline)`);
  }
  log.info(`${got.key} is verified: ${facts.archive.size} bytes${ageOf(got)}`, {
    state: 'downloaded',
    key: got.key,
    bytes: facts.archive.size,
  });
  const [findTime, downloadTime] = phases.list();
  return {
    work: 'restore',
    restore: {
      key: got.key,
      file: got.file,
      size: facts.archive.size,
      sha256: facts.archive.sha256,
      stateSize: facts.state.size,
      sealKind: facts.sealed.kind,
      manifest,
      seconds: { find: findTime?.seconds ?? 0, download: downloadTime?.seconds ?? 0 },
    },
  };
}

/** Anew from the start at each try: another snapshot may be the newest one by then. */
async function findAndDownload(
  slice: RestoreSlice,
  { log, dataPath }: InitOptions,
): Promise<{ readonly got: Downloaded; readonly phases: Phases } | { readonly nothingIn: SnapshotStore }> {
  const phases = new Phases();
  const store = await openStore(slice.store, slice.name, log);
  log.info(`no data in ${dataPath}: looking for a snapshot in ${store.description}`, { state: 'looking' });
  const { rehearsalOf } = slice.restore;
  if (rehearsalOf !== undefined)
    log.info(
      `a rehearsal: this becomes a copy of ${rehearsalOf}, which lives on; nothing but a receipt is written into its store`,
    );
  const found = await phases.time('find', () => find(slice, store, log));
  if (found.length === 0) return { nothingIn: store };
  const got = await phases.time('download', () => firstGood(slice, store, found, dataPath, log));
  return { got, phases };
}

function noSnapshot(slice: RestoreSlice, store: SnapshotStore, log: Log): Note {
  if (slice.restore.whenNoSnapshot === 'stop') {
    throw new LifeboatError(
      'noSnapshot',
      `${store.description} holds no snapshot, and restore.whenNoSnapshot is stop`,
      {
        hint: 'for a first install set restore.whenNoSnapshot: install; otherwise check bucket, prefix and name',
      },
    );
  }
  log.info(
    `${store.description} was listed and holds no snapshot: a first install, the server starts empty`,
    { state: 'first-install' },
  );
  return { work: 'none', start: { because: 'first-install' } };
}

/** The best candidate; the next older one only where the configuration allows it and the first is damaged. */
async function firstGood(
  slice: RestoreSlice,
  store: SnapshotStore,
  found: readonly Candidate[],
  dataPath: string,
  log: Log,
): Promise<Downloaded> {
  for (const candidate of found) {
    log.info(`downloading ${candidate.key}, verified while it arrives`, {
      state: 'downloading',
      key: candidate.key,
    });
    try {
      return await download(store, candidate, dataPath, log);
    } catch (error) {
      if (!(error instanceof LifeboatError) || error.exit !== 'integrity') throw error;
      if (slice.restore.whenDamaged === 'stop') {
        throw new LifeboatError('integrity', error.message, {
          hint: DAMAGED_HINT,
          cause: error,
        });
      }
      log.warn(`${error.message}; taking the previous verified snapshot, as restore.whenDamaged allows`);
    }
  }
  throw new LifeboatError(
    'integrity',
    `none of the ${found.length} snapshots in ${store.description} is whole`,
    {
      hint: 'run `lifeboat verify` on copies of them; another store or an older copy is needed',
    },
  );
}

function ageOf({ manifest }: Downloaded): string {
  return manifest === undefined
    ? ''
    : `, taken ${manifest.taken.started} from ${manifest.server.product} ${manifest.server.version}, cluster_id ${manifest.cluster.id}`;
}
