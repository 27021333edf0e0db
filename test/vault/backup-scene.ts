/** A backup over a memory store that can fail, with a stand-in for Vault and one for a peer of it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type BackupOptions, type BackupResult, backup } from '../../bootstrap/backup/backup.ts';
import { createLog } from '../../bootstrap/log.ts';
import { createMemoryStore, type MemoryFaults, type MemoryStore } from '../../bootstrap/store/memory.ts';
import { LifeboatError } from '../../contract/errors.ts';
import type { Pointer } from '../../contract/manifest.ts';
import { manifestKey, POINTER, snapshotKey } from '../../contract/object-names.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { goodArchive, sha256 } from '../snapshot/build-archive.ts';
import { type BackupStandIn, startBackupStandIn } from './backup-stand-in.ts';

/** An earlier backup, which must stay as it is. */
export const EARLIER = snapshotKey(new Date('2026-01-01T00:00:00Z'), 7);

export class BackupScene {
  readonly vault: BackupStandIn;
  readonly peer: BackupStandIn;
  readonly store: MemoryStore;
  readonly lines: string[] = [];
  /** May be set at any time. */
  faults: MemoryFaults = {};
  readonly #folder: string;

  private constructor(folder: string, vault: BackupStandIn, peer: BackupStandIn) {
    this.#folder = folder;
    this.vault = vault;
    this.peer = peer;
    this.store = createMemoryStore({
      before: (operation, key) => this.faults.before?.(operation, key),
      onRead: (key, bytes) => this.faults.onRead?.(key, bytes) ?? bytes,
    });
  }

  static async create(): Promise<BackupScene> {
    const folder = await mkdtemp(join(tmpdir(), 'backup-'));
    await writeFile(join(folder, 'token'), 'the-jwt');
    return new BackupScene(folder, await startBackupStandIn(), await startBackupStandIn());
  }

  async remove(): Promise<void> {
    await this.vault.stop();
    await this.peer.stop();
    await rm(this.#folder, { recursive: true });
  }

  run(more: Partial<BackupOptions> = {}): Promise<BackupResult> {
    const { vault, peer, store, lines } = this;
    const slice: BackupSlice = {
      version: 1,
      name: 'prod',
      installation: 'vault/vault',
      store: { directory: { path: '/nowhere' } },
      vault: { product: 'vault', address: vault.address, peers: [vault.address, peer.address] },
      auth: { kubernetes: { mount: 'k', role: 'backup', tokenFile: join(this.#folder, 'token') } },
      retention: { keepLast: 2 },
      timeoutSeconds: 60,
      log: 'text',
    };
    const log = createLog({ format: 'text', part: 'backup', write: (line) => lines.push(line) });
    return backup({ slice, store, log, firstWait: 1, ...more });
  }

  /** The store after an earlier backup of `clusterId`. */
  async earlier(clusterId = 'ours'): Promise<ReadonlyMap<string, Buffer>> {
    const archive = await goodArchive();
    const pointer: Pointer = {
      version: 1,
      key: EARLIER,
      sha256: sha256(archive),
      clusterId,
      taken: '2026-01-01T00:00:00Z',
    };
    this.store.objects.set(EARLIER, archive);
    this.store.objects.set(manifestKey(EARLIER), Buffer.from('{"of": "the earlier one"}'));
    this.store.objects.set(POINTER, Buffer.from(JSON.stringify(pointer)));
    return new Map(this.store.objects);
  }

  requireUntouched(before: ReadonlyMap<string, Buffer>): void {
    for (const [key, bytes] of before) assert.equal(this.store.objects.get(key), bytes, `${key} changed`);
  }

  requireUnpublished(before: ReadonlyMap<string, Buffer>): void {
    this.requireUntouched(before);
    assert.deepEqual(
      [...this.store.objects.keys()].filter((key) => !before.has(key)),
      [],
    );
  }

  /** The error of a backup that must fail; neither it nor the log may show what was sent. */
  async failure(more: Partial<BackupOptions> = {}): Promise<LifeboatError> {
    const error: unknown = await this.run(more).then(
      () => assert.fail('it worked'),
      (reason: unknown) => reason,
    );
    const printed = `${inspect(error, { depth: 99, showHidden: true })}${this.lines.join('')}`;
    assert.doesNotMatch(printed, /the-jwt|hvs\.login/);
    assert.ok(error instanceof LifeboatError, printed);
    return error;
  }
}
