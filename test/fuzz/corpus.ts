/** The kept inputs of each target: good ones to begin with, and every one that once did harm. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Target } from './targets.ts';

const FOLDER = path.join(import.meta.dirname, 'corpus');

export function corpusOf({ name, good }: Target): readonly Buffer[] {
  const folder = path.join(FOLDER, name);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [...(good?.() ?? []), ...files.map((file) => readFileSync(path.join(folder, file)))];
}

/** Under a name that tells its content; resolves to the file. */
export function keep(target: string, bytes: Buffer): string {
  const folder = path.join(FOLDER, target);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`);
  writeFileSync(file, bytes);
  return file;
}
