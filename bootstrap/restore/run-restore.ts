/** The second init container: does what the first one's note says, inside the server's own image. */
import { LifeboatError } from '../../contract/errors.ts';
import { RUN_FILES } from '../../contract/pod.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { opens } from '../keys/check.ts';
import { readShareFolder, type ShareSet } from '../keys/share-files.ts';
import type { Log } from '../log.ts';
import { readRestoreSlice } from '../read-slice.ts';
import { readDisk } from './attempt-folder.ts';
import { verifyDownloaded } from './download.ts';
import { finishSwap, swap } from './final-renames.ts';
import { nextStep } from './phase.ts';
import { restoreIntoAttempt } from './restore.ts';
import { restoredSentence } from './verdict.ts';
import { readNote, type RestoreWork } from './work.ts';

export async function runRestore(env: Readonly<Record<string, string | undefined>>, log: Log): Promise<void> {
  const note = await readNote();
  if (note?.work === 'none') return;
  const slice = await readRestoreSlice(RUN_FILES.config);
  const { dataPath } = slice.server;
  // The kubelet restarts this container by itself, without the first one: the disk decides again, not the note.
  const step = nextStep(await readDisk(dataPath));
  if (step.step === 'leave') {
    log.info(`data present (${step.because}): nothing to restore`);
    return;
  }
  if (step.step === 'finish-swap') return await finishSwap(dataPath, step.attempt, step.parts, log);
  if (step.step === 'swap') return await swap(dataPath, step.attempt, log);
  if (note?.work !== 'restore') {
    throw new LifeboatError('refused', `the note in ${RUN_FILES.note} says nothing that this version understands`, {
      hint: 'delete the pod: the first init container then writes it anew',
    });
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
  log.info(`restoring ${work.key} with a private server; ${slice.server.dataPath} stays as it is until the result is proven`);
  const { attempt, proof, phases } = await restoreIntoAttempt({ slice, work, shares, env, log });
  await phases.time('swap', () => swap(slice.server.dataPath, attempt, log));
  log.info(restoredSentence(slice, work, proof, new Date()));
  log.info(`phases: ${phases}`, Object.fromEntries(phases.list().map(({ phase, seconds }) => [`${phase}Seconds`, seconds])));
}

/** The first init container proved that one set opens the snapshot; which one is found again, not noted down. */
async function sharesFor(
  slice: RestoreSlice,
  work: RestoreWork,
  facts: Parameters<typeof opens>[0],
): Promise<ShareSet | undefined> {
  if (work.sealKind === 'auto' || !('shares' in slice.restore.unseal)) return undefined;
  const sets = await readShareFolder(slice.restore.unseal.shares);
  const fitting = sets.find((set) => opens(facts, set.shares, work.manifest?.seal.threshold).result === 'open');
  if (fitting !== undefined) return fitting;
  throw new LifeboatError('keys', `no set of unseal shares opens ${work.key} any more`, {
    hint: 'the Secret of restore.unseal changed since the pod started; put the shares of the time of the snapshot into it',
  });
}
