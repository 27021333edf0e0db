/** Brings a snapshot onto the data volume, verified while it arrives. */
import { createWriteStream } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { makeFolder, syncPath } from '../durable.ts';
import type { Log } from '../log.ts';
import { readManifest } from '../read-object.ts';
import { type ArchiveFacts, createArchiveVerifier } from '../snapshot/archive.ts';
import type { Candidate } from '../snapshot/choose.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { ownFolder } from './attempt-folder.ts';
import { sizeOfUnproven } from './attempt-life.ts';

export interface Downloaded {
  readonly key: string;
  readonly file: string;
  readonly facts: ArchiveFacts;
  readonly manifest: Manifest | undefined;
}

export function downloadFolder(dataPath: string): string {
  return join(ownFolder(dataPath), 'download');
}

/** Downloads and verifies one candidate. Throws `integrity` with the snapshot's name where it is damaged. */
export async function download(
  store: SnapshotStore,
  candidate: Candidate,
  dataPath: string,
  log: Log,
  signal?: AbortSignal,
): Promise<Downloaded> {
  const manifest =
    candidate.manifest === undefined ? undefined : await readManifest(store, candidate.manifest, { signal });
  if (manifest === undefined) {
    log.warn(
      `${candidate.key} has no manifest: its cluster_id, age, server version and audit devices cannot be checked, only the archive itself`,
    );
  } else if (manifest.key !== candidate.key) {
    throw new LifeboatError(
      'integrity',
      `the manifest ${candidate.manifest} speaks of ${manifest.key}, not of ${candidate.key}`,
    );
  }
  requireSameCluster(candidate, manifest);
  const folder = downloadFolder(dataPath);
  await makeFolder(folder);
  const file = join(folder, 'snapshot.snap');
  const partial = `${file}.part`;
  await rm(file, { force: true });
  await rm(partial, { force: true });
  await requireRoom(folder, manifest, await sizeOfUnproven(dataPath));
  const verifier = createArchiveVerifier();
  verifier.facts.catch(() => {});
  try {
    const body = await store.read(candidate.key, { signal });
    await pipeline(body, verifier, createWriteStream(partial, { mode: 0o600 }));
  } catch (error) {
    await rm(partial, { force: true });
    if (systemCode(error) === 'ENOSPC') throw noRoom(folder, undefined);
    if (error instanceof LifeboatError && error.exit === 'integrity') {
      throw new LifeboatError('integrity', `${candidate.key} is damaged: ${error.message}`, { cause: error });
    }
    throw error;
  }
  const facts = await verifier.facts;
  compare(candidate, manifest, facts);
  await syncPath(partial);
  await rename(partial, file);
  await syncPath(folder);
  return { key: candidate.key, file, facts, manifest };
}

/** Where the one that latest.json names is damaged, an older one of the same Vault may stand in for it, no other. */
function requireSameCluster(candidate: Candidate, manifest: Manifest | undefined): void {
  if (candidate.clusterId === undefined || manifest === undefined) return;
  if (manifest.cluster.id === candidate.clusterId) return;
  throw new LifeboatError(
    'integrity',
    `${candidate.key} belongs to the cluster_id ${manifest.cluster.id}, latest.json names ${candidate.clusterId}`,
  );
}

/** Manifest and pointer against what arrived. */
function compare(candidate: Candidate, manifest: Manifest | undefined, facts: ArchiveFacts): void {
  const { sha256, size } = facts.archive;
  if (candidate.sha256 !== undefined && candidate.sha256 !== sha256) {
    throw new LifeboatError(
      'integrity',
      `${candidate.key} is not what latest.json names: sha256 ${sha256}, expected ${candidate.sha256}`,
    );
  }
  if (manifest !== undefined && (manifest.archive.sha256 !== sha256 || manifest.archive.size !== size)) {
    throw new LifeboatError(
      'integrity',
      `${candidate.key} is not what its manifest names: ${size} bytes with sha256 ${sha256}, expected ${manifest.archive.size} bytes with ${manifest.archive.sha256}`,
    );
  }
}

/**
 * The volume must hold the archive, the server's own copy of it while it restores, and the restored data. What a
 * restore that was cut left behind makes room before the server starts: it must not stand in its own way for ever.
 */
async function requireRoom(
  folder: string,
  manifest: Manifest | undefined,
  reclaimable: number,
): Promise<void> {
  if (manifest === undefined) return;
  const needed = manifest.archive.size * 2 + manifest.state.size * 2 + 64 * 1024 * 1024;
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize + reclaimable;
  if (free < needed) throw noRoom(folder, { needed, free });
}

function noRoom(folder: string, figures: { needed: number; free: number } | undefined): LifeboatError {
  const mib = (bytes: number): string => `${Math.ceil(bytes / 1048576)} MiB`;
  const seen =
    figures === undefined
      ? 'the volume is full'
      : `${mib(figures.free)} are free, ${mib(figures.needed)} are needed`;
  return new LifeboatError(
    'refused',
    `not enough room on the data volume for a restore (${folder}): ${seen}`,
    {
      hint: 'enlarge server.dataStorage.size, or move what else is on the volume',
    },
  );
}

/** The container that finds it is restarted without the one that downloads. */
const DOWNLOAD_AGAIN = 'delete the pod: its first init container then downloads it again';

/** Re-reads a downloaded archive: a restarted container must not trust what an earlier one wrote. */
export async function verifyDownloaded(file: string, sha256: string): Promise<ArchiveFacts> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new LifeboatError('integrity', `${file} is gone since it was downloaded`, { hint: DOWNLOAD_AGAIN });
  });
  try {
    const verifier = createArchiveVerifier();
    verifier.resume();
    await pipeline(handle.createReadStream({ highWaterMark: 1024 * 1024, autoClose: false }), verifier);
    const facts = await verifier.facts;
    if (facts.archive.sha256 !== sha256)
      throw new LifeboatError('integrity', `${file} changed since it was downloaded`, {
        hint: DOWNLOAD_AGAIN,
      });
    return facts;
  } finally {
    await handle.close();
  }
}
