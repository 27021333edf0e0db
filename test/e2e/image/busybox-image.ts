/** Images that are made here out of what this machine has, since no registry of images is in reach. */
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const BUSYBOX = '/bin/busybox';

export interface ImageFile {
  readonly source: string;
  readonly target: string;
}

export interface BusyboxImage {
  /** With its registry: Kubernetes takes a name without one for another. */
  readonly name: string;
  readonly files: readonly ImageFile[];
  readonly entrypoint: readonly string[];
  readonly user?: string;
}

/** A root with a static busybox and its applets, made into an archive that a container runtime imports. */
export async function busyboxImage(image: BusyboxImage, archive: string): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), 'lifeboat-image-'));
  try {
    for (const folder of ['bin', 'tmp', 'etc', 'usr/local/bin', 'home/vault', 'home/openbao', 'lifeboat'])
      await mkdir(path.join(root, folder), { recursive: true });
    await chmod(path.join(root, 'tmp'), 0o1777);
    await copyFile(BUSYBOX, path.join(root, 'bin/busybox'));
    const { stdout } = await execa(BUSYBOX, ['--list']);
    for (const applet of stdout.split('\n').filter((name) => name !== 'busybox' && name !== ''))
      await symlink('busybox', path.join(root, 'bin', applet));
    await writeFile(
      path.join(root, 'etc/passwd'),
      'root:x:0:0::/:/bin/sh\nvault:x:100:1000::/home/vault:/bin/sh\n',
    );
    await writeFile(path.join(root, 'etc/group'), 'root:x:0:\nvault:x:1000:\n');
    for (const { source, target } of image.files) {
      const place = path.join(root, target);
      await mkdir(path.dirname(place), { recursive: true });
      await copyFile(source, place);
      await chmod(place, 0o755);
    }
    await imageOf(root, image, archive);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const STORAGE = ['--storage-driver', 'overlay'] as const;

async function buildah(...args: readonly string[]): Promise<string> {
  return (await execa('buildah', [...STORAGE, ...args], { stdin: 'ignore' })).stdout.trim();
}

/** A folder as the one layer of an image, in an OCI archive. */
export async function imageOf(
  root: string,
  { name, entrypoint, user = '0' }: Pick<BusyboxImage, 'name' | 'entrypoint' | 'user'>,
  archive: string,
): Promise<void> {
  const container = await buildah('from', 'scratch');
  try {
    await buildah('copy', '--quiet', container, root, '/');
    await buildah(
      'config',
      '--entrypoint',
      JSON.stringify(entrypoint),
      '--user',
      user,
      '--env',
      'PATH=/usr/local/bin:/bin',
      container,
    );
    await buildah('commit', '--quiet', container, name);
    await rm(archive, { force: true });
    await buildah('push', '--quiet', name, `oci-archive:${archive}:${name}`);
  } finally {
    await buildah('rm', container);
  }
}
