/**
 * Lets a process "die" at any operation that changes the disk: the functions of node:fs/promises are replaced, so
 * that the code under test needs no seam for it. After the death every further operation fails too.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

export class Crash extends Error {}

type Changing = 'mkdir' | 'rename' | 'rm' | 'writeFile';
const CHANGING: readonly Changing[] = ['mkdir', 'rename', 'rm', 'writeFile'];

const real = { mkdir: fs.mkdir, rename: fs.rename, rm: fs.rm, writeFile: fs.writeFile };

/** What a death in the middle of an operation leaves of it. */
async function halfDone(name: Changing, args: readonly unknown[]): Promise<void> {
  const path = String(args[0]);
  if (name === 'writeFile') await real.writeFile(path, String(args[1]).slice(0, 5));
  if (name === 'rm') {
    // A tree is removed entry by entry: some are gone.
    const [first, second] = (await fs.readdir(path).catch(() => [])).sort();
    if (first !== undefined && second !== undefined) await real.rm(join(path, first), { recursive: true });
  }
}

/** Runs `work`, and lets it die at its `fatal`-th change of the disk, before it or in the middle of it. */
export async function dyingAt(
  fatal: number,
  work: () => Promise<void>,
): Promise<'done' | 'crashed' | { readonly failed: unknown }> {
  let changes = 0;
  for (const name of CHANGING) {
    const original = real[name] as (...args: unknown[]) => Promise<unknown>;
    const replaced = async (...args: unknown[]): Promise<unknown> => {
      changes++;
      if (changes === fatal) await halfDone(name, args);
      if (changes >= fatal) throw new Crash(`died at ${name}`);
      return await original(...args);
    };
    Object.assign(fs, { [name]: replaced });
  }
  syncBuiltinESMExports();
  try {
    await work();
    return 'done';
  } catch (error) {
    return changes >= fatal ? 'crashed' : { failed: error };
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}
