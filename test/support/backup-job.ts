/** One backup as the CronJob runs it: a configuration file, mounted folders, the built program; and what it published. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../../bootstrap/log.ts';
import { readManifest, readPointer } from '../../bootstrap/read-object.ts';
import { verifyArchive } from '../../bootstrap/snapshot/archive.ts';
import { openStore } from '../../bootstrap/store/open-store.ts';
import type { SnapshotStore } from '../../bootstrap/store/snapshot-store.ts';
import type { Manifest, Pointer } from '../../contract/manifest.ts';
import { manifestKey } from '../../contract/object-names.ts';
import type { BackupSlice } from '../../contract/slice.ts';
import { type Ended, type Running, startLifeboat } from './command-line.ts';

export interface JobOptions {
  readonly vault: BackupSlice['vault'];
  /** The files of the AppRole's Secret, or of the projected token (the file `token`). */
  readonly login: Readonly<Record<string, string>>;
  /** The auth of the configuration, for the folder of those files; without it an AppRole. */
  readonly auth?: (folder: string) => BackupSlice['auth'];
}

export interface Published {
  readonly pointer: Pointer;
  readonly manifest: Manifest;
}

export class BackupJob {
  readonly folder: string;
  readonly #options: JobOptions;

  constructor(options: JobOptions) {
    this.#options = options;
    this.folder = mkdtempSync(path.join(tmpdir(), 'lifeboat-job-'));
    for (const name of ['store', 'login']) mkdirSync(path.join(this.folder, name));
    this.writeLogin(options.login);
  }

  writeLogin(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(this.folder, 'login', name), text);
  }

  #slice(changes: Partial<BackupSlice['vault']>): BackupSlice {
    const login = path.join(this.folder, 'login');
    return {
      version: 1,
      name: 'payments',
      installation: 'vault/vault',
      store: { directory: { path: path.join(this.folder, 'store') } },
      vault: { ...this.#options.vault, ...changes },
      auth: this.#options.auth?.(login) ?? { approle: { mount: 'approle', credentials: login } },
      retention: { keepLast: 50 },
      timeoutSeconds: 300,
      log: 'text',
    };
  }

  /** Starts `lifeboat backup`, with another `vault` than the job's where given. */
  start(changes: Partial<BackupSlice['vault']> = {}, flags: readonly string[] = []): Running {
    const config = path.join(this.folder, 'backup.json');
    writeFileSync(config, JSON.stringify(this.#slice(changes)));
    return startLifeboat(['backup', '--config', config, ...flags]);
  }

  async run(changes: Partial<BackupSlice['vault']> = {}): Promise<Ended> {
    return await this.start(changes).ended;
  }

  store(): Promise<SnapshotStore> {
    const log = createLog({ format: 'text', part: 'test', write: () => {} });
    const slice = this.#slice({});
    return openStore(slice.store, slice.name, log);
  }

  /** The keys that a reader of the store sees. */
  async visible(): Promise<readonly string[]> {
    return (await (await this.store()).list('')).map(({ key }) => key);
  }

  /** Files below the store that no reader sees: what an upload leaves while it is under way. */
  async hiddenFiles(): Promise<readonly string[]> {
    const names = await readdir(path.join(this.folder, 'store'), { recursive: true });
    return names.filter((name) => path.basename(name).startsWith('.'));
  }

  /** What the pointer names. It fails where that is not whole, or not what its manifest says. */
  async published(): Promise<Published | undefined> {
    const store = await this.store();
    const pointer = await readPointer(store);
    if (pointer === undefined) return undefined;
    const manifest = await readManifest(store, manifestKey(pointer.key));
    const { archive } = await verifyArchive(await store.read(pointer.key));
    assert.deepEqual(archive, manifest.archive);
    assert.deepEqual(
      [manifest.key, manifest.archive.sha256, manifest.cluster.id],
      [pointer.key, pointer.sha256, pointer.clusterId],
    );
    return { pointer, manifest };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
