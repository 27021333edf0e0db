/**
 * The second init container: restores the downloaded snapshot into an attempt folder with a private server, proves
 * the result, and renames it into place. The keys of the fresh init live in this function's memory only.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { VERSION } from '../../contract/version.ts';
import type { ShareSet } from '../keys/share-files.ts';
import type { Log } from '../log.ts';
import type { Health, InitAnswer } from '../vault/answers.ts';
import { completeAttempt, createAttempt, removeUnproven } from './attempt-life.ts';
import { lookAtAudit } from './audit-devices.ts';
import { Phases } from './phases.ts';
import { judgeAudit, requireVersion } from './preflight.ts';
import { type PrivateServer, pollUntil, startPrivateServer, waitForHealth } from './private-server.ts';
import { type Proof, proveRestored } from './prove.ts';
import type { RestoreWork } from './work.ts';

export interface RestoreContext {
  readonly slice: RestoreSlice;
  readonly work: RestoreWork;
  /** The shares that open the snapshot; undefined where people hold them, or with an auto-unseal. */
  readonly shares: ShareSet | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** The restore itself was accepted and then lost (a crash of the server right after its answer): worth another try. */
const TRIES = 3;

/** Restores and proves. Resolves to the number of a complete attempt, ready for the final renames. */
export async function restoreIntoAttempt(
  context: RestoreContext,
): Promise<{ attempt: number; proof: Exclude<Proof, 'lost'>; phases: Phases }> {
  const { slice, log } = context;
  const removed = await removeUnproven(slice.server.dataPath);
  if (removed.length > 0)
    log.info(
      `removed ${removed.length} unfinished attempt(s) of earlier starts: the snapshot they came from was verified again`,
    );
  for (let tried = 1; ; tried++) {
    const result = await oneAttempt(context);
    if (result !== undefined) return result;
    if (tried === TRIES) {
      throw new LifeboatError(
        'vault',
        `the server accepted the snapshot ${TRIES} times and each time lost it again`,
        {
          hint: 'look at the lines of the private server above; the attempts are kept beside the data',
        },
      );
    }
    log.warn('the server accepted the snapshot, but did not keep it; trying again in a new folder');
  }
}

/** Undefined where the restore was lost after it had been accepted. */
async function oneAttempt(
  context: RestoreContext,
): Promise<{ attempt: number; proof: Exclude<Proof, 'lost'>; phases: Phases } | undefined> {
  const { slice, work, log } = context;
  const { server, restore } = slice;
  const limit = restore.timeoutSeconds;
  const phases = new Phases({ find: work.seconds.find, download: work.seconds.download });
  const attempt = await createAttempt(server.dataPath);
  const start = (): Promise<PrivateServer> =>
    startPrivateServer({ server, data: attempt.data, tmp: attempt.tmp, env: context.env });

  let running = await start();
  try {
    const fresh = await phases.time('start', () =>
      waitForHealth(running, 'the start of the private server', limit, ({ status }) => status === 501),
    );
    await preflightServer(context, fresh);
    const keys = await phases.time('init', () => initialise(running, work.sealKind === 'auto', limit));
    const freshId = (await running.client.health()).clusterId ?? '';
    log.info(
      'a private server is initialised in the attempt folder, on loopback only; its keys stay in memory',
    );

    await phases.time('restore', () => sendSnapshot(running, context, attempt.data, limit));
    await phases.time('restart', async () => {
      // The data is swapped, and the server would only sleep some seconds more before it ends. A kill loses nothing
      // that raft has synced; whether it lost anything is what the proof is for.
      await running.stop(1500);
      running = await start();
    });
    const proof = await phases.time('prove', () =>
      proveRestored({
        server: running,
        work,
        shares: context.shares,
        freshKey: keys.key,
        freshRoot: keys.rootToken,
        freshId,
        limit,
        log,
      }),
    );
    await running.stop();
    if (proof === 'lost') return undefined;

    await phases.time('sync', () => completeAttempt(attempt, receiptOf(slice, work, proof, phases)));
    return { attempt: attempt.number, proof, phases };
  } catch (error) {
    await running.stop();
    if (error instanceof LifeboatError && (error.exit === 'vault' || error.exit === 'timeout')) {
      for (const line of running.lastWords().slice(-10)) log.warn(`the private server said: ${line}`);
    }
    throw error;
  }
}

async function preflightServer({ slice, work, env, log }: RestoreContext, fresh: Health): Promise<void> {
  const { product, image } = slice.server;
  const warning = requireVersion(work.manifest, { product, version: fresh.version, image });
  if (warning !== undefined) log.warn(warning);
  const pod = { name: env.HOSTNAME ?? '', namespace: slice.installation.split('/')[0] ?? '' };
  for (const warning of judgeAudit(await lookAtAudit(work.manifest?.audit ?? []), pod)) log.warn(warning);
}

/** Initialises with one share and waits until the server is active. */
async function initialise(server: PrivateServer, auto: boolean, limit: number): Promise<InitAnswer> {
  const status = await server.client.sealStatus();
  if (auto !== status.recoverySeal) {
    throw new LifeboatError(
      'keys',
      `the server's seal is ${status.type}, the snapshot was sealed with ${auto ? 'a KMS' : 'Shamir shares'}`,
      {
        hint: 'configure the seal stanza that the lost server had',
      },
    );
  }
  const keys = await server.client.initialise(auto);
  if (keys.key !== undefined) await server.client.unseal(keys.key);
  await waitForHealth(
    server,
    'the first election of the private server',
    limit,
    ({ status: code }) => code === 200,
  );
  server.client.setToken(keys.rootToken);
  return keys;
}

/**
 * Sends the archive. With an auto-unseal the non-force endpoint comes first: it checks the seal for free, and a
 * mismatch is a refusal, never a reason to force (force would leave a server that nobody can open). A fresh Shamir
 * server can never match, so there the shares were proven offline before, and force is the only way in.
 */
async function sendSnapshot(
  server: PrivateServer,
  { work, slice }: RestoreContext,
  data: string,
  limit: number,
): Promise<void> {
  const database = join(data, 'vault.db');
  const before = (await stat(database)).ino;
  const answer = await server.client.restore(createReadStream(work.file, { highWaterMark: 1024 * 1024 }), {
    size: work.size,
    force: work.sealKind === 'shamir',
  });
  if (answer.result === 'other-seal') {
    throw new LifeboatError(
      'keys',
      `${work.key} was sealed by another key than the one that ${slice.server.product} is configured with now: ${answer.message}`,
      {
        hint: 'configure the seal stanza with the key of the lost server; recovery keys cannot replace it',
      },
    );
  }
  // The answer comes before the swap, which replaces the database file. Waiting for it spares a lost attempt;
  // whether it really happened is proven after the restart.
  await pollUntil("the server's own swap of its data", limit, async () => {
    server.requireAlive();
    const now = await stat(database).catch(() => undefined);
    return now !== undefined && now.ino !== before ? true : undefined;
  });
}

function receiptOf(
  slice: RestoreSlice,
  work: RestoreWork,
  proof: Exclude<Proof, 'lost'>,
  phases: Phases,
): Receipt {
  return {
    version: 1,
    name: slice.name,
    snapshot: {
      key: work.key,
      sha256: work.sha256,
      ...(work.manifest === undefined
        ? {}
        : { taken: work.manifest.taken.started, clusterId: work.manifest.cluster.id }),
    },
    clusterId: proof.clusterId,
    restored: new Date().toISOString(),
    phases: phases.list().map(({ phase, seconds }) => ({ phase, seconds })),
    verdict: proof.verdict,
    installation: slice.installation,
    ...(slice.restore.rehearsalOf === undefined ? {} : { rehearsalOf: slice.restore.rehearsalOf }),
    tool: { version: VERSION },
  };
}
