/**
 * What the postStart hook leaves running beside the server: it unseals from the key source at every start, or says
 * who is waited for; after a restore it gives the last verdict through the real listener and uploads the receipt.
 * It ends when it is done, and nothing that goes wrong in it touches the server.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LifeboatError, messageOf } from '../../contract/errors.ts';
import { BINARIES } from '../../contract/product-words.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import type { Log } from '../log.ts';
import { openStore } from '../store/open-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import type { Health } from '../vault/answers.ts';
import type { VaultClient } from '../vault/client.ts';
import { latestRestored } from './attempt-folder.ts';
import { COMPLETED_MARK, RECEIPT_MARK, uploadReceipt } from './receipts.ts';
import { createUnsealer, type Stage } from './unseal.ts';
import { finalSentence } from './verdict.ts';
import type { EmptyStart } from './work.ts';

export interface WorkerContext {
  readonly slice: RestoreSlice;
  readonly client: VaultClient;
  readonly podName: string;
  readonly log: Log;
  /** Why the server started without data, where it did. */
  readonly start?: EmptyStart | undefined;
  /** Milliseconds between two looks at the server. */
  readonly pace?: number;
  /** Where receipts go; without it the store of the slice. */
  readonly store?: SnapshotStore;
}

/** A server that is not initialised is looked at more rarely: nothing happens there for a long while, mostly. */
const SLOWER = 3;

type Restored = NonNullable<Awaited<ReturnType<typeof latestRestored>>>;

export async function runWorker(context: WorkerContext): Promise<void> {
  const { slice, log } = context;
  const restored = await latestRestored(slice.server.dataPath).catch((error: unknown) => {
    // Whatever is wrong with our folder, the server is to be unsealed.
    log.warn(`whether a restore is to be confirmed cannot be read: ${messageOf(error)}`);
    return undefined;
  });
  const pending = restored !== undefined && !isConfirmed(restored) ? restored : undefined;
  // Beside the unseal, not before it: a store that hangs must not keep the server sealed.
  const told = pending === undefined ? undefined : report(context, pending, RECEIPT_MARK, pending.receipt);
  const active = await untilUnsealed(context);
  if (pending !== undefined) await confirm(context, pending, active);
  await told;
  if (pending === undefined) return;
  log.info('the work of lifeboat in this pod is done');
}

function isConfirmed({ folder }: Restored): boolean {
  return existsSync(join(folder, COMPLETED_MARK));
}

/**
 * Waits for the server to be unsealed, helping where there is a key source. One that is not initialised may be so later:
 * it joins others, or a person initialises it.
 */
async function untilUnsealed(context: WorkerContext): Promise<Health> {
  const { client, log, start, pace = 1000 } = context;
  const unseal = createUnsealer({ ...context, peopleFirst: start?.because === 'first-install' });
  let said = '';
  const say = ({ state, sentence }: Stage): void => {
    if (sentence !== said) log.info(sentence, { state });
    said = sentence;
  };
  for (;;) {
    const health = await ask(() => client.health());
    if (health === undefined) {
      // The server is starting, or has stopped; the hook's process group ends with the container.
    } else if (health.status === 501) {
      say(uninitialisedStage(context));
      await delay(pace * SLOWER);
    } else if (health.status === 503 && health.sealed) {
      const status = await ask(() => client.sealStatus());
      const stage = status === undefined ? undefined : await ask(() => unseal(status));
      if (stage !== undefined) say(stage);
    } else if (!health.sealed) {
      if (said.startsWith('sealed')) say({ state: 'unsealed', sentence: 'unsealed' });
      return health;
    }
    await delay(pace);
  }
}

/** Who has to do what about a server without data. */
function uninitialisedStage({ slice, podName, start }: WorkerContext): Stage {
  if (start?.because === 'join') {
    const warning = start.quorumWarning === undefined ? '' : `. ${start.quorumWarning}`;
    const sentence = `the server is empty and waits to join the servers that have data${warning}`;
    return { state: 'joining', sentence };
  }
  if (start?.because === 'first-install-elsewhere') {
    const sentence = `the server is empty and waits to join ${slice.replicas.statefulSet}-0, once that one is initialised`;
    return { state: 'joining', sentence };
  }
  const binary = BINARIES[slice.server.product];
  const sentence = `the server is not initialised: a first install. Next: kubectl exec -ti ${podName} -- ${binary} operator init`;
  return { state: 'not-initialised', sentence };
}

/** One look at a server that may be starting. */
async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof LifeboatError && error.retryable) return undefined;
    throw error;
  }
}

/** The last verdict, by the real listener. */
async function confirm(context: WorkerContext, restored: Restored, seen: Health): Promise<void> {
  const { log } = context;
  const { receipt } = restored;
  // Where people hold the keys nobody could ask the restored data yet: then the manifest's word counts.
  const expected = receipt.clusterId === '' ? (receipt.snapshot.clusterId ?? '') : receipt.clusterId;
  const health = await untilActive(context, seen);
  const clusterId = health.clusterId ?? '';
  if (expected !== '' && clusterId !== expected) {
    log.error(
      `NOT RESTORED: the server has the cluster_id ${clusterId}, the restored data had ${expected}; somebody replaced the data after the restore`,
      { state: 'not-restored' },
    );
    return;
  }
  const answer = await untilAnswered(context);
  if (answer !== 403) {
    log.error(
      `NOT RESTORED: the server is unsealed, but answers a login attempt with ${answer} where a working one answers 403; look at its audit devices`,
      { state: 'not-restored' },
    );
    return;
  }
  log.info(finalSentence(restored.receipt, clusterId, new Date()), {
    state: 'restored',
    clusterId,
    snapshot: restored.receipt.snapshot.key,
  });
  log.info(
    `phases: ${restored.receipt.phases.map(({ phase, seconds }) => `${phase} ${seconds.toFixed(1)} s`).join(', ')}`,
  );
  const confirmed = { ...restored.receipt, clusterId, verdict: 'restored' as const };
  await report(context, restored, COMPLETED_MARK, confirmed);
}

/** Unsealed is not yet active: the first election follows. */
async function untilActive({ client, pace, log }: WorkerContext, seen: Health): Promise<Health> {
  let health: Health | undefined = seen;
  for (let looks = 0; health?.status !== 200 || health.clusterId === undefined; looks++) {
    if (looks === 60)
      log.warn(
        `unsealed, but not active yet (health ${health?.status ?? 'unanswered'}); an audit device that cannot work keeps a server so for ever`,
      );
    await delay(pace ?? 1000);
    health = await ask(() => client.health());
  }
  return health;
}

/** The status of a login attempt; a server that steps down or restarts meanwhile is asked again. */
async function untilAnswered({ client, pace }: WorkerContext): Promise<number> {
  for (;;) {
    const answer = await ask(() => client.tokenlessStatus());
    if (answer !== undefined && answer !== 429 && answer !== 503) return answer;
    await delay(pace ?? 1000);
  }
}

/** A receipt that cannot be uploaded is worth a warning, and another try at the next start. */
async function report(
  context: WorkerContext,
  restored: Restored,
  mark: typeof RECEIPT_MARK | typeof COMPLETED_MARK,
  receipt: Restored['receipt'],
): Promise<void> {
  const { slice, log } = context;
  try {
    const store = context.store ?? (await openStore(slice.store, slice.name, log));
    await uploadReceipt(store, restored.folder, mark, receipt);
  } catch (error) {
    log.warn(
      `the receipt is not in the store yet (${messageOf(error)}); the next start of the container tries again`,
    );
  }
}
