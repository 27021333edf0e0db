/**
 * Snapshots in a folder: a mounted network volume, or a local disk for trials. `path` must exist, since a volume
 * that is not mounted must not look like an empty store; `path/<name>` is created by the first backup.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LifeboatError, systemCode } from '../../contract/errors.ts';
import type { StoreSlice } from '../../contract/slice.ts';
import { watchBody } from './body-watch.ts';
import { directoryError, missingRoot } from './directory-errors.ts';
import {
  isHidden,
  placeFile,
  placeNew,
  placeOver,
  probeFolder,
  removeOldTemporaries,
  syncFolder,
} from './new-file.ts';
import type { SnapshotStore, StoredObject } from './snapshot-store.ts';
import { byKey, checkKey, checkPrefix } from './store-key.ts';
import { wholeBody } from './whole-body.ts';

type DirectoryConfig = Extract<StoreSlice, { directory: unknown }>['directory'];

export function createDirectoryStore(config: DirectoryConfig, name: string): SnapshotStore {
  checkKey(name);
  const root = config.path;
  const base = join(root, name);

  /** Runs one operation: the signal, the root, and errors in the store's words. */
  async function operate<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      await requireRoot(root);
      return await work();
    } catch (error) {
      throw signal?.aborted ? signal.reason : directoryError(error, doing, root);
    }
  }

  /** Folders that were made are synced into their parents, from the root on. */
  async function folderOf(path: string): Promise<string> {
    const folder = dirname(path);
    const first = await mkdir(folder, { recursive: true, mode: 0o750 });
    for (let at = folder; first !== undefined && at.length >= first.length; at = dirname(at)) {
      await syncFolder(dirname(at));
    }
    return folder;
  }

  return {
    description: base,
    list: (prefix, { signal } = {}) =>
      operate(`list ${name}/${prefix}`, signal, async () => {
        checkPrefix(prefix);
        const objects: StoredObject[] = [];
        await collect(base, prefix.slice(0, prefix.lastIndexOf('/') + 1), objects, signal);
        return objects.filter(({ key }) => key.startsWith(prefix)).sort(byKey);
      }),
    read: (key, { signal } = {}) =>
      operate(`read ${name}/${key}`, signal, async () => {
        checkKey(key);
        const path = join(base, key);
        const file = await open(path, 'r').catch(ifAbsent);
        const found = await file?.stat();
        if (file === undefined || !found?.isFile()) {
          await file?.close();
          throw new LifeboatError('noSnapshot', `there is no object ${name}/${key} in ${root}`);
        }
        return wholeBody(createReadStream(path, { fd: file }), {
          size: found.size,
          signal,
          toError: (error) => directoryError(error, `read ${name}/${key}`, root),
          wrongSize: (seen) =>
            new LifeboatError('store', `${path} changed while it was read: ${seen} of ${found.size} bytes`, {
              retryable: true,
            }),
        });
      }),
    async create(key, body, { signal } = {}) {
      const watch = watchBody(body, signal);
      try {
        await operate(`write ${name}/${key}`, signal, async () => {
          checkKey(key);
          const path = join(base, key);
          await removeOldTemporaries(await folderOf(path));
          await placeFile(
            path,
            async (file) => {
              for await (const chunk of watch.source) await file.appendFile(chunk as Uint8Array);
            },
            placeNew,
          );
        });
      } catch (error) {
        watch.fail(error);
        watch.rethrow(error);
      } finally {
        watch.release();
      }
    },
    // Each write removes the old temporary files of its folder.
    removeUnfinished: async () => 0,
    replace: (key, bytes, { signal } = {}) =>
      operate(`write ${name}/${key}`, signal, async () => {
        checkKey(key);
        const path = join(base, key);
        await folderOf(path);
        await placeFile(path, (file) => file.writeFile(bytes), placeOver);
      }),
    probe: (key, { signal } = {}) =>
      operate(`write ${name}/${key}`, signal, async () => {
        checkKey(key);
        await probeFolder(await deepestFolder(dirname(join(base, key)), root));
        // The clock of a file system is mostly this machine's own.
        return { time: undefined };
      }),
    remove: (key, { signal } = {}) =>
      operate(`remove ${name}/${key}`, signal, async () => {
        checkKey(key);
        const path = join(base, key);
        const removed = await unlink(path).then(() => true, ifAbsent);
        if (removed) await syncFolder(dirname(path));
      }),
  };
}

function ifNotThere(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}

/** A key below another object (`a.snap/b`) is as absent as one that nobody wrote. */
function ifAbsent(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
}

/** The folder itself, or the one above it where it would be made. */
async function deepestFolder(folder: string, root: string): Promise<string> {
  const found = await stat(folder).catch(ifAbsent);
  return found !== undefined || folder === root ? folder : deepestFolder(dirname(folder), root);
}

async function requireRoot(root: string): Promise<void> {
  const found = await stat(root).catch(ifAbsent);
  if (found === undefined) throw missingRoot(root);
  if (!found.isDirectory()) {
    throw new LifeboatError('store', `the store's path ${root} is a file and not a folder`, {
      hint: 'name the folder where the volume of the snapshots is mounted',
    });
  }
}

/** Adds every plain file below `base/folder`. What vanishes meanwhile (a pruned snapshot) is not there. */
async function collect(
  base: string,
  folder: string,
  into: StoredObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const entries = (await readdir(join(base, folder), { withFileTypes: true }).catch(ifNotThere)) ?? [];
  for (const entry of entries) {
    if (isHidden(entry.name)) continue;
    const key = `${folder}${entry.name}`;
    if (entry.isDirectory()) await collect(base, `${key}/`, into, signal);
    else if (entry.isFile()) {
      const found = await stat(join(base, key)).catch(ifAbsent);
      if (found !== undefined) into.push({ key, size: found.size });
    }
  }
}
