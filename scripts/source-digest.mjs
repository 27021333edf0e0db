/** Whether generated/ and dist/ are those of the sources: a digest over everything that they are made from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['contract', 'bootstrap', 'cluster', 'generator', 'status', 'cli', 'scripts'];
const FILES = ['package.json', 'package-lock.json'];
const OUTPUTS = [
  'generated/validators.js',
  'generated/validators.d.ts',
  'generated/templates.js',
  'generated/templates.d.ts',
];

/** What decides over the build; tests and notes beside the sources do not. */
function sources(root) {
  const found = FILES.filter((name) => existsSync(path.join(root, name)));
  for (const folder of FOLDERS) {
    if (!existsSync(path.join(root, folder))) continue;
    for (const name of readdirSync(path.join(root, folder), { recursive: true })) {
      if (/(?<!\.test)\.(?:ts|mjs)$|\.hbs$/.test(name)) found.push(path.join(folder, name));
    }
  }
  return found.sort();
}

export function sourceDigest(root) {
  const hash = createHash('sha256');
  for (const name of sources(root)) {
    const text = readFileSync(path.join(root, name));
    hash.update(`${name} ${text.length}\n`).update(text);
  }
  return hash.digest('hex');
}

/** The file that holds the digest of the sources that the last build was made from. */
export function stampFile(root) {
  return path.join(root, 'generated', 'built-from');
}

export function isBuilt(root) {
  const outputs = existsSync(path.join(root, 'cli/main.ts')) ? [...OUTPUTS, 'dist/lifeboat.cjs'] : OUTPUTS;
  if (!outputs.every((name) => existsSync(path.join(root, name)))) return false;
  if (!existsSync(stampFile(root))) return false;
  return readFileSync(stampFile(root), 'utf8').trim() === sourceDigest(root);
}
