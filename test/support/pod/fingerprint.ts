/** Every file below a folder with its size, times and digest: two equal ones mean that not one byte was touched. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export function fingerprint(folder: string): readonly string[] {
  const rows: string[] = [];
  const walk = (path: string): void => {
    const stat = lstatSync(path);
    const name = relative(folder, path);
    if (stat.isDirectory()) {
      rows.push(`${name}/ ${stat.mtimeMs} ${stat.mode}`);
      for (const child of readdirSync(path).sort()) walk(join(path, child));
    } else {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      rows.push(`${name} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${digest}`);
    }
  };
  walk(folder);
  return rows;
}
