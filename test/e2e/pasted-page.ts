/** The commands of a page of docs/, run as a person pastes them, with the names of a release in the place of the page's. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { blocksOf, pageOf } from '../docs/markdown.ts';
import type { Release } from './release.ts';

/** The pages speak of a release `vault` in the namespace `vault`. */
function named(text: string, { fullname, name, options }: Release): string {
  return text
    .replaceAll('-n vault ', `-n ${options.namespace} `)
    .replaceAll(/-n vault$/gm, `-n ${options.namespace}`)
    .replaceAll(/\bvault-(?=\d|internal)/g, `${fullname}-`)
    .replaceAll('cronjob/vault-lifeboat', `cronjob/${name}-lifeboat`);
}

/** What people do by hand at a terminal: here the Secret has the shares, and nobody types a token. */
const INTERACTIVE = /^kubectl exec -ti .*$/gm;

/** Each shell block in its order; a JSON block is the file that the commands after it read. */
export async function pastePage(page: string, release: Release, jsonFile: string): Promise<void> {
  for (const { info, text } of blocksOf(pageOf(page))) {
    const block = named(text, release);
    if (info === 'json') await writeFile(path.join(release.folder, jsonFile), block);
    if (info !== 'sh') continue;
    const script = `set -eu\n${block.replaceAll(INTERACTIVE, '')}`;
    await execa('sh', ['-c', script], { cwd: release.folder, stdin: 'ignore', timeout: 300_000 });
  }
}
