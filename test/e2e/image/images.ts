/** The images of the scenarios, imported into the test node. One that is there already is not made again. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { findTool } from '../../support/tools/find-tool.ts';
import { PAUSE_IMAGE } from '../node/configs.ts';
import { FILES, NODE_FOLDER } from '../node/layout.ts';
import { surroundings } from '../surroundings.ts';
import { type BusyboxImage, busyboxImage } from './busybox-image.ts';
import { contentOfImage, lifeboatImage } from './lifeboat-image.ts';

/** Names with a registry that nobody can pull from: what runs is what was made here. Another cluster has its own. */
export const IMAGES = surroundings().images ?? {
  // By its content: several checkouts may use one node.
  lifeboat: { repository: 'docker.io/lifeboat-e2e/lifeboat', tag: contentOfImage() },
  vault: { repository: 'docker.io/lifeboat-e2e/vault-with-kubernetes', tag: '1.21.1' },
  openbao: { repository: 'docker.io/lifeboat-e2e/openbao', tag: '2.7.2' },
};

const archives = path.join(NODE_FOLDER, 'images');

const nameOf = ({ repository, tag }: { readonly repository: string; readonly tag: string }): string =>
  `${repository}:${tag}`;

async function importImage(archive: string): Promise<void> {
  const args = ['--address', FILES.containerdSocket, '-n', 'k8s.io', 'images', 'import', archive];
  await execa('ctr', args, { stdin: 'ignore' });
}

/** What the products' own entry point does for the chart: runs the command. A stand-in for the script of their images. */
const ENTRYPOINT = '#!/bin/sh\nexec "$@"\n';

/** The loader and the libraries of a program that is not static. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout, failed } = await execa('ldd', [program], { reject: false });
  return failed ? [] : [...stdout.matchAll(/(\/\S+\.so[^\s]*)/g)].map(([, file]) => file ?? '');
}

async function serverImage(
  product: 'vault' | 'openbao',
  program: string,
  binary: string,
): Promise<BusyboxImage> {
  const entrypoint = path.join(archives, 'docker-entrypoint.sh');
  await writeFile(entrypoint, ENTRYPOINT);
  const libraries = (await librariesOf(program)).map((file) => ({ source: file, target: file }));
  return {
    name: nameOf(IMAGES[product]),
    files: [
      { source: program, target: `/bin/${binary}` },
      { source: entrypoint, target: '/usr/local/bin/docker-entrypoint.sh' },
      ...libraries,
    ],
    entrypoint: ['docker-entrypoint.sh'],
    user: '100:1000',
  };
}

async function isImported(name: string): Promise<boolean> {
  const args = [
    '--address',
    FILES.containerdSocket,
    '-n',
    'k8s.io',
    'images',
    'list',
    '--quiet',
    `name==${name}`,
  ];
  return (await execa('ctr', args, { stdin: 'ignore' })).stdout.trim() === name;
}

export async function prepareImages(): Promise<void> {
  await mkdir(archives, { recursive: true });
  const inArchives = (name: string): string => path.join(archives, `${name}.tar`);
  const pause: BusyboxImage = { name: PAUSE_IMAGE, files: [], entrypoint: ['sleep', '2147483647'] };
  const made: readonly (readonly [string, BusyboxImage])[] = [
    ['pause', pause],
    ['vault', await serverImage('vault', (await findTool('vault')).path, 'vault')],
    ['openbao', await serverImage('openbao', (await findTool('bao')).path, 'bao')],
  ];
  for (const [name, image] of made) {
    if (await isImported(image.name)) continue;
    await busyboxImage(image, inArchives(name));
    await importImage(inArchives(name));
  }
  const lifeboat = nameOf(IMAGES.lifeboat);
  if (await isImported(lifeboat)) return;
  const archive = inArchives(`lifeboat-${IMAGES.lifeboat.tag}`);
  await lifeboatImage(lifeboat, archive);
  await importImage(archive);
}
