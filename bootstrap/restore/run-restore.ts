/** The second init container: does what the first one's note says, inside the server's own image. */
import { rm } from 'node:fs/promises';
import { LifeboatError } from '../../contract/errors.ts';
import { RUN_FILES } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { readShareFolder, type ShareSet } from '../keys/share-files.ts';
import type { Log, LogFields } from '../log.ts';
import { beginHandshake, type Handshake } from '../peers/handshake.ts';
import { readRestoreSlice } from '../read-slice.ts';
import type { ArchiveFacts } from '../snapshot/archive.ts';
import { attemptFolder, readComplete, readDisk } from './attempt-folder.ts';
import { downloadFolder, verifyDownloaded } from './download.ts';
import { finishSwap, withoutAttempt } from './final-renames.ts';
import { nextStep, type Step } from './phase.ts';
import { chooseShares } from './preflight.ts';
import type { Proof } from './prove.ts';
import { restoreIntoAttempt } from './restore.ts';
import { swapUnlessJoined } from './swap-unless-joined.ts';
import { restoredSentence } from './verdict.ts';
import { type Note, type RestoreWork, readNote, writeNote } from './work.ts';

export async function runRestore(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const note = await readNote();
  if (note?.work === 'none') return;
  const slice = await readRestoreSlice(RUN_FILES.config);
  const { dataPath } = slice.server;
  // The kubelet restarts this container by itself, without the first one: the disk decides again, not the note.
  const step = nextStep(await readDisk(dataPath));
  if (step.step === 'leave') {
    log.info(`data present (${step.because}): nothing to restore`, { state: 'data-present' });
    return;
  }
  if (step.step === 'finish-swap') return await finishSwap(dataPath, step.attempt, step.parts, log);
  const handshake = await beginHandshake({ slice, env, log, signal, doing: 'restores' });
  try {
    await restoreInto(slice, step, note, { env, log, handshake });
  } finally {
    await handshake.close();
  }
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly handshake: Handshake;
}

async function restoreInto(
  slice: RestoreSlice,
  first: Step,
  note: Note | undefined,
  around: Surroundings,
): Promise<void> {
  const { log } = around;
  const { dataPath } = slice.server;
  let step = first;
  while (step.step === 'swap') {
    const was = (await readComplete(attemptFolder(dataPath, step.attempt)))?.receipt.snapshot;
    // Proven by an earlier run of this container; one from another snapshot is older than this pod.
    if (note?.work !== 'restore' || was?.sha256 === note.restore.sha256)
      return void (await putIntoPlace(slice, step.attempt, around));
    step = nextStep(await withoutAttempt(dataPath, step.attempt, log));
  }
  if (note?.work !== 'restore') {
    throw new LifeboatError(
      'refused',
      `${dataPath} holds no Vault data, and ${RUN_FILES.note} does not say what to do about it`,
      {
        hint: 'look at the log of the init container lifeboat-init; then delete the pod: it decides anew',
      },
    );
  }
  await restoreAndSwap(slice, note.restore, around);
}

/** False where this server joins another one instead. */
async function putIntoPlace(slice: RestoreSlice, attempt: number, around: Surroundings): Promise<boolean> {
  const start = await swapUnlessJoined(slice.server.dataPath, attempt, around);
  if (start !== undefined) await writeNote({ work: 'none', start });
  return start === undefined;
}

async function restoreAndSwap(slice: RestoreSlice, work: RestoreWork, around: Surroundings): Promise<void> {
  const { env, log } = around;
  const facts = await verifyDownloaded(work.file, work.sha256);
  const shares = await sharesFor(slice, work, facts);
  log.info(
    `restoring ${work.key} with a private server; ${slice.server.dataPath} stays as it is until the result is proven`,
    { state: 'restoring', key: work.key },
  );
  const { attempt, proof, phases } = await restoreIntoAttempt({ slice, work, shares, env, log });
  const isInPlace = await phases.time('swap', () => putIntoPlace(slice, attempt, around));
  // A copy of what was verified in the store a moment ago: it need not fill the volume.
  await rm(downloadFolder(slice.server.dataPath), { recursive: true, force: true });
  if (!isInPlace) return;
  log.info(restoredSentence(slice, work, proof, new Date()), restoredFields(work, proof));
  log.info(
    `phases: ${phases}`,
    Object.fromEntries(phases.list().map(({ phase, seconds }) => [`${phase}Seconds`, seconds])),
  );
}

function restoredFields(work: RestoreWork, proof: Exclude<Proof, 'lost'>): LogFields {
  const { key, manifest } = work;
  const taken = manifest?.taken.started;
  if (proof.verdict === 'restored') return { state: 'in-place', key, taken, clusterId: proof.clusterId };
  const { threshold, shares } = proof;
  return { state: 'in-place-sealed', key, taken, clusterId: manifest?.cluster.id, threshold, shares };
}

/** The first init container proved that one set opens the snapshot; which one is found again, not noted down. */
async function sharesFor(
  slice: RestoreSlice,
  work: RestoreWork,
  facts: ArchiveFacts,
): Promise<ShareSet | undefined> {
  if (work.sealKind === 'auto' || !('shares' in slice.restore.unseal)) return undefined;
  return chooseShares(work.key, facts, await readShareFolder(slice.restore.unseal.shares), work.manifest);
}
