/**
 * What a power cut would take: everything written since it was last synced. The functions of node:fs/promises are
 * replaced by ones that do the same and keep the account, so that the code under test needs no seam for it.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';

const real = { open: fs.open, rename: fs.rename, writeFile: fs.writeFile, mkdir: fs.mkdir };

export interface Losses {
  /** `rename of FROM to TO while FILE was not on the disk`, in the order in which they happened. */
  readonly unsynced: readonly string[];
  /** Folders whose last change of entries no sync followed. */
  readonly folders: readonly string[];
}

/** Runs `work` and tells what a power cut at the worst moment could have lost or mixed. */
export async function lossesOf(work: () => Promise<void>): Promise<Losses> {
  const files = new Set<string>();
  const folders = new Set<string>();
  const unsynced: string[] = [];
  const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

  Object.assign(fs, {
    open: async (path: string, ...more: unknown[]) => {
      const handle = await (real.open as (...args: unknown[]) => Promise<fs.FileHandle>)(path, ...more);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        files.delete(path);
        folders.delete(path);
      };
      return handle;
    },
    writeFile: async (path: string, ...more: unknown[]) => {
      await (real.writeFile as (...args: unknown[]) => Promise<void>)(path, ...more);
      files.add(path);
      folders.add(dirname(path));
    },
    mkdir: async (path: string, ...more: unknown[]) => {
      const made = await (real.mkdir as (...args: unknown[]) => Promise<unknown>)(path, ...more);
      folders.add(dirname(path));
      return made;
    },
    rename: async (from: string, to: string) => {
      for (const path of [...files, ...folders]) {
        if (within(path, from)) unsynced.push(`rename of ${from} to ${to} while ${path} was not on the disk`);
      }
      await real.rename(from, to);
      for (const set of [files, folders]) {
        for (const path of [...set].filter((one) => within(one, from))) {
          set.delete(path);
          set.add(join(to, path.slice(from.length)));
        }
      }
      folders.add(dirname(from)).add(dirname(to));
    },
  });
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return { unsynced, folders: [...folders].sort() };
}
