/** A worker beside a scripted server: a fake client that answers in turn, with a data folder and a store of its own. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../bootstrap/log.ts';
import { completeAttempt, createAttempt } from '../../bootstrap/restore/attempt-life.ts';
import { swap } from '../../bootstrap/restore/final-renames.ts';
import type { EmptyStart } from '../../bootstrap/restore/work.ts';
import { runWorker } from '../../bootstrap/restore/worker.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import type { Health, SealStatus } from '../../bootstrap/vault/answers.ts';
import type { VaultClient } from '../../bootstrap/vault/client.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { Receipt } from '../../contract/manifest.ts';
import type { RestoreSlice } from '../../contract/slice.ts';
import { loneSlice } from './lone-slice.ts';

const SILENT = createLog({ format: 'text', part: 'test', write: () => {} });
export const AWAY = new LifeboatError('vault', 'connection refused', { retryable: true });

export const health = (status: number, clusterId?: string): Health => ({
  status,
  initialized: status !== 501,
  sealed: status === 503 || status === 501,
  version: '1.21.1',
  clusterId,
  clusterName: undefined,
});

export const SEALED: SealStatus = {
  type: 'shamir',
  initialized: true,
  sealed: true,
  threshold: 3,
  shares: 5,
  progress: 0,
  recoverySeal: false,
  version: '1.21.1',
};

/** What the server answers, in turn; the last answer for ever. */
export interface Script {
  readonly health: readonly (Health | Error)[];
  readonly seal?: readonly (SealStatus | Error)[];
  readonly tokenless?: readonly (number | Error)[];
  readonly unseal?: readonly ({ sealed: boolean; progress: number } | Error)[];
}

function script<T>(answers: readonly (T | Error)[]): () => Promise<T> {
  let at = 0;
  return async () => {
    const answer = answers[Math.min(at++, answers.length - 1)] as T | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

export interface ScriptedWorker {
  /** The folder with `data`, `store` and `shares`. */
  readonly folder: string;
  readonly store: string;
  /** What the worker said. */
  readonly lines: string[];
  /** Puts restored data into place; `manifest` is the cluster_id that the snapshot's manifest named. Its attempt's folder. */
  restored(clusterId: string, manifest?: string): Promise<string>;
  /** Runs the worker to its end and gives all that was said so far. */
  work(
    server: Script,
    more?: { unseal?: RestoreSlice['restore']['unseal']; store?: SnapshotStore; start?: EmptyStart },
  ): Promise<string>;
  receipts(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function scriptedWorker(): Promise<ScriptedWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const [data, store] = [join(folder, 'data'), join(folder, 'store')];
  for (const path of [data, store, join(folder, 'shares')]) await mkdir(path);
  const lines: string[] = [];
  const log = createLog({ format: 'text', part: 'post-start', write: (line) => lines.push(line) });
  return {
    folder,
    store,
    lines,
    restored: (clusterId, manifest) => putIntoPlace(data, clusterId, manifest),
    async work(server, more = {}) {
      const client = {
        health: script(server.health),
        sealStatus: script(server.seal ?? [SEALED]),
        tokenlessStatus: script(server.tokenless ?? [403]),
        unseal: script(server.unseal ?? [new Error('no share was expected')]),
        resetUnseal: async () => {},
      } as Partial<VaultClient> as VaultClient;
      const slice = loneSlice({
        data,
        store,
        restore: more.unseal === undefined ? {} : { unseal: more.unseal },
      });
      const given = {
        ...(more.store === undefined ? {} : { store: more.store }),
        ...(more.start === undefined ? {} : { start: more.start }),
      };
      await runWorker({ slice, client, podName: 'vault-0', log, pace: 1, ...given });
      return lines.join('');
    },
    receipts: async () => (await readdir(join(store, 'prod', 'receipts')).catch(() => [])).sort(),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function putIntoPlace(data: string, clusterId: string, manifest: string | undefined): Promise<string> {
  const receipt: Receipt = {
    version: 1,
    name: 'prod',
    snapshot: {
      key: 'snapshots/a.snap',
      sha256: '0'.repeat(64),
      taken: '2026-11-23T10:00:00Z',
      ...(manifest === undefined ? {} : { clusterId: manifest }),
    },
    clusterId,
    restored: '2026-11-23T22:42:54.000Z',
    phases: [{ phase: 'find', seconds: 0.1 }],
    verdict: clusterId === '' ? 'restored-sealed' : 'restored',
    installation: 'vault/vault',
    tool: { version: 'test' },
  };
  const attempt = await createAttempt(data);
  await mkdir(join(attempt.data, 'raft'));
  await writeFile(join(attempt.data, 'vault.db'), 'core/keyring');
  await completeAttempt(attempt, receipt);
  await swap(data, attempt.number, SILENT);
  return attempt.folder;
}
