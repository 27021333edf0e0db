/**
 * Roots of containers with one libc each, to run the copied runtime in: what the images of servers are made of, from
 * what this machine can have. No registry of images is in reach here, so that each is a stand-in for such an image.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../scripts/file-lock.mjs';
import { cacheFolder } from '../support/tools/cache-folder.ts';
import { findTool } from '../support/tools/find-tool.ts';

const BUSYBOX = '/bin/busybox';

export interface Root {
  readonly folder: string;
  /** A program of the root that is linked to the root's own libc, and what it says. */
  readonly own: readonly string[];
  readonly says: RegExp;
}

/** Why a root cannot be made here. */
export class NoRoot extends Error {}

function need(program: string): void {
  if (spawnSync('which', [program]).status !== 0)
    throw new NoRoot(`${program} is not on the PATH: install it`);
}

/** The folders that a runtime mounts over, and a shell that is linked to nothing. */
function emptyRoot(folder: string): void {
  for (const name of ['bin', 'lib', 'dev', 'proc', 'tmp'])
    mkdirSync(path.join(folder, name), { recursive: true });
  if (!existsSync(BUSYBOX)) throw new NoRoot('a static busybox is not here: install busybox-static');
  cpSync(BUSYBOX, path.join(folder, 'bin/busybox'));
  symlinkSync('busybox', path.join(folder, 'bin/sh'));
}

/** Alpine's libc and no other. The shell is static: Alpine's own is the same busybox, linked to musl. */
export function muslRoot(folder: string): Root {
  need('musl-gcc');
  emptyRoot(folder);
  const source = path.join(folder, 'tmp/own.c');
  writeFileSync(source, '#include <stdio.h>\nint main(void) { puts("linked to musl"); return 0; }\n');
  const built = spawnSync('musl-gcc', ['-o', path.join(folder, 'bin/own'), source], { encoding: 'utf8' });
  if (built.status !== 0) throw new NoRoot(`musl-gcc does not build: ${built.stderr}`);
  const headers = spawnSync('readelf', ['--program-headers', path.join(folder, 'bin/own')], {
    encoding: 'utf8',
  });
  const loader = /interpreter: (\/lib\/ld-musl-[^\]]+)\]/.exec(headers.stdout)?.[1];
  if (loader === undefined) throw new NoRoot(`what musl-gcc builds has no loader of musl: ${headers.stdout}`);
  cpSync(loader, path.join(folder, loader), { dereference: true });
  return { folder, own: ['/bin/own'], says: /^linked to musl$/ };
}

/** Another glibc than this machine's: the files of another Debian, unpacked and not set up. Kept in the cache. */
export async function otherGlibcRoot(release: string): Promise<Root> {
  const folder = path.join(cacheFolder(), 'images', `debian-${release}`);
  mkdirSync(path.dirname(folder), { recursive: true });
  if (!existsSync(folder)) {
    need('debootstrap');
    await withFileLock(`${folder}.lock`, async () => {
      if (existsSync(folder)) return;
      const making = mkdtempSync(path.join(path.dirname(folder), '.making-'));
      try {
        await execa('debootstrap', ['--foreign', '--variant=minbase', release, path.join(making, 'root')]);
        const root = path.join(making, 'root');
        await rm(path.join(root, 'proc'), { force: true });
        mkdirSync(path.join(root, 'proc'));
        chmodSync(root, 0o755);
        await rename(root, folder);
      } catch (error) {
        throw new NoRoot(`debootstrap cannot make Debian ${release} here: ${(error as Error).message}`);
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    });
  }
  return { folder, own: ['/usr/bin/ldd', '--version'], says: /GLIBC (?!2\.36)\d/ };
}

/** The OpenBao of the tests with the libraries that it asks for, over a static busybox, as the scenarios' image is. */
export async function openbaoRoot(folder: string): Promise<Root> {
  emptyRoot(folder);
  const { path: program } = await findTool('bao');
  cpSync(program, path.join(folder, 'bin/bao'), { dereference: true });
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  for (const [library] of stdout.matchAll(/\/\S+\.so[^\s]*/g)) {
    mkdirSync(path.join(folder, path.dirname(library)), { recursive: true });
    cpSync(library, path.join(folder, library), { dereference: true });
  }
  return { folder, own: ['/bin/bao', 'version'], says: /^OpenBao v/ };
}
