/** The image as the Dockerfile makes it, built once for its content, and laid out as a folder with its configuration. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { withFileLock } from '../../scripts/file-lock.mjs';
import { contentOfImage, lifeboatImage } from '../e2e/image/lifeboat-image.ts';
import { cacheFolder } from '../support/tools/cache-folder.ts';
import { type Sizes, sizesOf } from './parts.ts';

export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  readonly root: string;
  readonly config: ImageConfig;
  readonly digest: string;
  readonly sizes: Sizes;
}

/** Why it cannot be built here; undefined where it can. */
export function whyNotBuilt(): string | undefined {
  if (process.getuid?.() !== 0) return 'the image is built by buildah as root';
  const missing = ['buildah', 'debootstrap', 'npm'].filter((name) => spawnSync('which', [name]).status !== 0);
  return missing.length === 0 ? undefined : `the image cannot be built: ${missing.join(', ')} is not here`;
}

/** Of one content there is one archive; those of other contents make room. */
async function archiveOf(content: string): Promise<string> {
  const folder = path.join(cacheFolder(), 'images');
  mkdirSync(folder, { recursive: true });
  const archive = path.join(folder, `lifeboat-${content}.tar`);
  await withFileLock(path.join(folder, 'lifeboat.lock'), async () => {
    if (existsSync(archive)) return;
    for (const name of await readdir(folder))
      if (/^lifeboat-[0-9a-f]+\.tar$/.test(name)) await rm(path.join(folder, name));
    await lifeboatImage(`localhost/lifeboat-test:${content}`, `${archive}.part`);
    await rename(`${archive}.part`, archive);
  });
  return archive;
}

type Blob = Readonly<Record<string, unknown>>;

export async function builtImage(into: string): Promise<BuiltImage> {
  const oci = path.join(into, 'oci');
  const root = path.join(into, 'root');
  for (const folder of [oci, root]) mkdirSync(folder);
  await execa('tar', ['-xf', await archiveOf(contentOfImage()), '-C', oci]);
  const blob = (digest: string): string => path.join(oci, 'blobs', digest.replace(':', '/'));
  const json = (file: string): Blob => JSON.parse(readFileSync(file, 'utf8')) as Blob;
  const [{ digest }] = json(path.join(oci, 'index.json')).manifests as [{ digest: string }];
  const manifest = json(blob(digest)) as unknown as {
    config: { digest: string };
    layers: readonly { digest: string; size: number }[];
  };
  for (const layer of manifest.layers) await execa('tar', ['-xzf', blob(layer.digest), '-C', root]);
  const compressed = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  return {
    root,
    digest,
    config: json(blob(manifest.config.digest)).config as ImageConfig,
    sizes: { compressed, parts: sizesOf(root) },
  };
}
