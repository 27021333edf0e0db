/** The kept inputs of each target: good ones to begin with, and every one that once did harm. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, 'corpus');

export function corpusOf(target: string): readonly Buffer[] {
  const folder = path.join(FOLDER, target);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(path.join(folder, name)));
}

/** Under a name that tells its content; resolves to the file. */
export function keep(target: string, bytes: Buffer): string {
  const folder = path.join(FOLDER, target);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`);
  writeFileSync(file, bytes);
  return file;
}
