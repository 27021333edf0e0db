/**
 * One backup: login, one pass from Vault through the archive verifier into the store, read back, manifest, and the
 * pointer last. A failure at any point leaves the pointer and all earlier snapshots as they were.
 */

import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LifeboatError } from '../../contract/errors.ts';
import type { Manifest, Pointer } from '../../contract/manifest.ts';
import { manifestKey, POINTER, snapshotKey } from '../../contract/object-names.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { largerChunks } from '../larger-chunks.ts';
import type { Log } from '../log.ts';
import { Phases } from '../restore/phases.ts';
import { createArchiveVerifier } from '../snapshot/archive.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { VaultClient } from '../vault/client.ts';
import { createTransport, type Transport } from '../vault/transport.ts';
import { askServer, type ServerFacts } from './ask-server.ts';
import { manifestOf, type StoredArchive } from './describe.ts';
import { peerFor } from './find-leader.ts';
import { lastOwner } from './last-owner.ts';
import { login } from './login.ts';
import { requireOwnership } from './ownership.ts';
import { prune } from './prune.ts';
import { readBack } from './read-back.ts';

export interface BackupOptions {
  readonly slice: BackupSlice;
  readonly store: SnapshotStore;
  readonly log: Log;
  /** A person's word on the command line, over the one in the slice. */
  readonly takeOver?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the second try; each later wait is twice as long. */
  readonly firstWait?: number;
}

export interface BackupResult {
  readonly key: string;
  readonly manifest: Manifest;
  readonly pruned: readonly string[];
  readonly phases: Phases;
}

/** A leader change or a cut stream is worth another try with a fresh login; a denial is not. */
const TRIES = 4;

export async function backup(options: BackupOptions): Promise<BackupResult> {
  const transport = createTransport(options.slice.vault.tls);
  try {
    for (let tried = 1; ; tried++) {
      try {
        return await oneBackup(options, transport);
      } catch (error) {
        if (tried === TRIES || options.signal?.aborted === true || !isWorthAnotherTry(error)) throw error;
        options.log.warn(
          `try ${tried} of ${TRIES} failed: ${(error as Error).message}; the pointer was not touched`,
        );
        await delay((options.firstWait ?? 1000) * 2 ** (tried - 1), undefined, { signal: options.signal });
      }
    }
  } finally {
    await transport.close();
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof LifeboatError && error.retryable;
}

async function oneBackup(options: BackupOptions, transport: Transport): Promise<BackupResult> {
  const { slice, store, log, signal } = options;
  const phases = new Phases();
  const started = new Date();
  let client = new VaultClient(slice.vault.address, transport);
  const asked = await phases.time('login', async () => {
    await login(client, slice.auth, { signal });
    return await askServer(client, signal);
  });
  const before = await lastOwner(store, { signal });
  const owner = requireOwnership(asked.clusterId, before, options.takeOver ?? slice.takeOver);
  if (owner === 'taken-over')
    log.warn(
      `taking the place of cluster_id ${before?.clusterId}: its snapshots stay, the pointer moves to this Vault`,
    );
  log.info(
    `logged in at ${client.address}: ${slice.vault.product} ${asked.health.version}, cluster_id ${asked.clusterId}`,
  );

  const opened = await openSnapshot(client, asked, options, transport);
  client = opened.client;
  const { facts } = opened;
  const verifier = createArchiveVerifier();
  const archive = await phases.time('upload', () => upload(opened.body, verifier, store, started, signal));
  await phases.time('readBack', () => readBackOrRemove(store, archive, signal));
  await client.revokeSelf();

  const manifest = manifestOf({ slice, facts, archive, started, finished: new Date() });
  const next: Pointer = {
    version: 1,
    key: archive.key,
    sha256: archive.facts.archive.sha256,
    clusterId: facts.clusterId,
    taken: started.toISOString(),
  };
  await phases.time('publish', async () => {
    await store.create(manifestKey(archive.key), Readable.from([jsonBytes(manifest)]), { signal });
    // The first pointer is created, not replaced: of two Vaults that find a free name one wins, and the other is told.
    if (owner === 'first') await store.create(POINTER, Readable.from([jsonBytes(next)]), { signal });
    else await store.replace(POINTER, jsonBytes(next), { signal });
  });
  log.info(
    `${archive.key} is stored, read back and named by ${POINTER}: ${archive.facts.archive.size} bytes, raft index ${archive.facts.meta.index}`,
  );
  const pruned = await phases.time('prune', () => pruneQuietly(options, facts.clusterId, next));
  await removeUnfinishedQuietly(options);
  return { key: archive.key, manifest, pruned, phases };
}

/**
 * Follows at most two redirects, each to a server that the configuration names, with a fresh login there. The server
 * that gives the snapshot describes it: a standby goes on showing the shares from before a rekey.
 */
async function openSnapshot(
  first: VaultClient,
  asked: ServerFacts,
  options: BackupOptions,
  transport: Transport,
): Promise<{ client: VaultClient; facts: ServerFacts; body: Readable }> {
  const { slice, log, signal } = options;
  let client = first;
  let facts = asked;
  for (let hops = 0; hops < 3; hops++) {
    const answer = await client.snapshot({ signal });
    if (answer.result === 'stream') return { client, facts, body: answer.body };
    const peer = await peerFor(answer.location, slice.vault.peers);
    log.info(`${client.address} is a standby and names another server; asking ${peer}`);
    client = new VaultClient(peer, transport);
    await login(client, slice.auth, { signal });
    facts = await askServer(client, signal);
    if (facts.clusterId === asked.clusterId) continue;
    throw new LifeboatError(
      'refused',
      `${first.address} has the cluster_id ${asked.clusterId} and redirects to ${peer}, which has ${facts.clusterId}; nothing was written`,
      { hint: 'the servers are not of one Vault: look at the Service and at the addresses of the servers' },
    );
  }
  throw new LifeboatError('vault', 'the servers redirect to each other: no active one was found', {
    retryable: true,
  });
}

/** An archive that does not come back whole is of no use to anybody; nothing names it yet, and this run made it. */
async function readBackOrRemove(
  store: SnapshotStore,
  archive: StoredArchive,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await readBack(store, archive.key, archive.facts.archive, { signal });
  } catch (error) {
    await store.remove(archive.key).catch(() => {});
    throw error;
  }
}

/** The stream is verified while it is uploaded; a bad end makes the upload fail before it becomes visible. */
async function upload(
  body: Readable,
  verifier: ReturnType<typeof createArchiveVerifier>,
  store: SnapshotStore,
  started: Date,
  signal: AbortSignal | undefined,
): Promise<StoredArchive> {
  verifier.facts.catch(() => {});
  const larger = largerChunks();
  // Before the store reads from it nobody else listens to the verifier: its error comes by `meta` then, and without a
  // listener it would end the process.
  verifier.on('error', () => {});
  body.once('error', (error) => verifier.destroy(cutStream(error)));
  body.pipe(larger).pipe(verifier);
  try {
    const meta = await verifier.meta;
    const key = snapshotKey(started, meta.index);
    await store.create(key, verifier, { signal });
    return { key, facts: await verifier.facts };
  } catch (error) {
    // An incomplete archive is what a leader change or a seal in trouble makes of a snapshot; the next one may be whole.
    if (!(error instanceof LifeboatError) || error.exit !== 'integrity') throw error;
    throw new LifeboatError(
      'integrity',
      `the snapshot that Vault sent is not whole: ${error.message}; nothing was published`,
      {
        hint: "look at the seal and at the leader in the server's log; a restore of such an archive would fail",
        retryable: true,
        cause: error,
      },
    );
  } finally {
    body.destroy();
    larger.destroy();
    verifier.destroy();
  }
}

function cutStream(error: unknown): LifeboatError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LifeboatError(
    'integrity',
    `the snapshot was cut while it was downloaded (${reason}); nothing was published`,
    {
      retryable: true,
    },
  );
}

/** The backup stands, whatever happens to old ones: a failed prune is a warning. */
async function pruneQuietly(
  { slice, store, log, signal }: BackupOptions,
  clusterId: string,
  pointer: Pointer,
): Promise<readonly string[]> {
  try {
    return await prune(store, clusterId, pointer, slice.retention.keepLast, log, { signal });
  } catch (error) {
    log.warn(`old snapshots were not removed: ${(error as Error).message}`);
    return [];
  }
}

/** A backup that runs has begun less than this ago: milliseconds. */
const UNFINISHED_AGE = 24 * 60 * 60 * 1000;

/** What killed backups left in the store. It harms nothing but the bill, so a failure is a warning. */
async function removeUnfinishedQuietly({ store, log, signal }: BackupOptions): Promise<void> {
  try {
    const count = await store.removeUnfinished(new Date(Date.now() - UNFINISHED_AGE), { signal });
    if (count > 0) log.info(`removed ${count} unfinished uploads that were begun more than a day ago`);
  } catch (error) {
    log.warn(`unfinished uploads were not looked for: ${(error as Error).message}`);
  }
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}
