/** All files below a folder: rights, owner, size, time, name. A folder that servers still write to may be asked. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

export async function listing(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => [String(error)]);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      try {
        const { mode, uid, gid, size, mtime } = await lstat(path.join(folder, name));
        const rights = (mode & 0o7777).toString(8).padStart(4, '0');
        return `${rights} ${uid}:${gid} ${String(size).padStart(12)} ${mtime.toISOString()} ${name}`;
      } catch {
        return `gone meanwhile: ${name}`;
      }
    }),
  );
  return `${lines.join('\n')}\n`;
}
