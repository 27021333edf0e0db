/** The second init container: does what the first one's note says, inside the server's own image. */
import { rm } from 'node:fs/promises';
import { LifeboatError } from '../../contract/errors.ts';
import { RUN_FILES } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { readShareFolder, type ShareSet } from '../keys/share-files.ts';
import type { Log } from '../log.ts';
import { readRestoreSlice } from '../read-slice.ts';
import type { ArchiveFacts } from '../snapshot/archive.ts';
import { attemptFolder, readComplete, readDisk } from './attempt-folder.ts';
import { downloadFolder, verifyDownloaded } from './download.ts';
import { finishSwap, swap, withoutAttempt } from './final-renames.ts';
import { nextStep } from './phase.ts';
import { chooseShares } from './preflight.ts';
import { restoreIntoAttempt } from './restore.ts';
import { restoredSentence } from './verdict.ts';
import { type RestoreWork, readNote } from './work.ts';

export async function runRestore(env: Readonly<Record<string, string | undefined>>, log: Log): Promise<void> {
  const note = await readNote();
  if (note?.work === 'none') return;
  const slice = await readRestoreSlice(RUN_FILES.config);
  const { dataPath } = slice.server;
  // The kubelet restarts this container by itself, without the first one: the disk decides again, not the note.
  let step = nextStep(await readDisk(dataPath));
  if (step.step === 'leave') {
    log.info(`data present (${step.because}): nothing to restore`);
    return;
  }
  if (step.step === 'finish-swap') return await finishSwap(dataPath, step.attempt, step.parts, log);
  while (step.step === 'swap') {
    const was = (await readComplete(attemptFolder(dataPath, step.attempt)))?.receipt.snapshot;
    // Proven by an earlier run of this container; one from another snapshot is older than this pod.
    if (note?.work !== 'restore' || was?.sha256 === note.restore.sha256)
      return await swap(dataPath, step.attempt, log);
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
  await restoreAndSwap(slice, note.restore, env, log);
}

async function restoreAndSwap(
  slice: RestoreSlice,
  work: RestoreWork,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<void> {
  const facts = await verifyDownloaded(work.file, work.sha256);
  const shares = await sharesFor(slice, work, facts);
  log.info(
    `restoring ${work.key} with a private server; ${slice.server.dataPath} stays as it is until the result is proven`,
  );
  const { attempt, proof, phases } = await restoreIntoAttempt({ slice, work, shares, env, log });
  await phases.time('swap', () => swap(slice.server.dataPath, attempt, log));
  // A copy of what was verified in the store a moment ago: it need not fill the volume.
  await rm(downloadFolder(slice.server.dataPath), { recursive: true, force: true });
  log.info(restoredSentence(slice, work, proof, new Date()));
  log.info(
    `phases: ${phases}`,
    Object.fromEntries(phases.list().map(({ phase, seconds }) => [`${phase}Seconds`, seconds])),
  );
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
